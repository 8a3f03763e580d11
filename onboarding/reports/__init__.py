"""What can be read out of law and register: the reference of the law, differences, the calendar of ends."""
