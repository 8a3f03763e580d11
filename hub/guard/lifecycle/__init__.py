"""One workspace from its creation to its end."""
