"""The demo's datasets, invented row by row over the real communes."""
