"""The rule language: files of law, read and checked into one value, and decided on. Knows nothing of projects."""
