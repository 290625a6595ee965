"""What was said of a visit: the forms of class and teacher, and what houses and trainers read of it."""
