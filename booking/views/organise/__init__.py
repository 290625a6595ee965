"""The pages of who works for a house: its open work, dates, classes, mails, people, offers and reports."""
