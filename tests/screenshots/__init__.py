"""Pictures of the key pages, taken of a real installation with demo data."""
