"""How it was: codes for classes, questions, answers, and what these add up to."""
