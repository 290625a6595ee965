"""What programs ask and say. Shapes stand here, decisions in the rules."""
