"""What the clock does by itself, for Celery and commands: decide what is due, remind teams, tell of a day, forget."""
