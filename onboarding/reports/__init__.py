"""What law, register and journal answer: the reference of the law, differences, ends, who read what on what ground."""
