"""What happened, in words for people: to a booking, to a date, and what was changed about an offer or a house."""
