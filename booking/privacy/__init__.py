"""What is known of a person: a file for them, and gone when they wish (GDPR Articles 15, 17 and 20)."""
