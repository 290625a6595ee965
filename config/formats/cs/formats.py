"""What differs from Django's: a day of a month has the month in the genitive."""

MONTH_DAY_FORMAT = "j. E"
