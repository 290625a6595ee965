"""What only a demo has: its processes, its letter box, and the page with every part of the screens."""
