"""Mails are rows: which there are, whom they reach, when they are owed, what they say, how they go out."""
