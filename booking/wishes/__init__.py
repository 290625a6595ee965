"""What schools want for which there is no date: they ask a house for one, or wait until one opens."""
