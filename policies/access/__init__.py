"""From register and directory to facts, and from facts to one decision. Pure: the day is an argument."""
