"""What organisers type."""
