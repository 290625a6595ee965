"""Dates as calendar programs read them: whole feeds, invitations, each date an event."""
