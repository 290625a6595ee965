"""How it runs: settings, addresses, processes."""
