"""Deliveries: a producer's files from the quarantine to an immutable version of each part."""
