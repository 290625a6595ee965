"""Pages. A view introduces people to rules and decides nothing."""
