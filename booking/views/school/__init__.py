"""The pages of who books: teachers, school offices, and whoever holds the link of a mail."""
