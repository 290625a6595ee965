"""The desk of an organiser: what needs somebody today, how the year goes, a booking looked for, notes, invitations."""
