"""What teachers and school offices type, or an organiser for them."""
