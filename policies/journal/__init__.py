"""Everything is journaled before it happens, in a chain that a stranger can verify."""
