"""What every call of the API shares: how JSON is read, how lists come in pages, how a refusal is told."""
