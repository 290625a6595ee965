"""What happens: bookings from a wish to who came, and all that tells of them. What belongs together has a room."""
