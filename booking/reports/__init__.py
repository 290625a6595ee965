"""What reports count: one row a visit, and all sums over such rows."""
