"""The command `datalab`: what administrators, data protection officers and producers do from a terminal."""
