"""Who comes: schools, who belongs to them, days without lessons; and how days and times are said."""
