"""What is offered: houses, workshops, places, dates, and who leads them."""
