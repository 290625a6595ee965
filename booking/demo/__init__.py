"""Data to try the system with: invented people, schools and offers, a year of visits, relative to the day of loading.

Everything that a rule does is done by the rule, at a moment of the past, so that history and counters are real.
"""
