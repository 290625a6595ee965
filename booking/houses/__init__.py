"""What organisers and the network say of a house: its rules, people, offers and places, and what it still lacks."""
