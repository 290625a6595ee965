"""What people type, checked for its shape, and handed on as the data that rules take."""
