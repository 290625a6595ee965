"""Pages. A view introduces people to rules and decides nothing. Here: what rooms share, and what everybody opens."""
