"""What a workspace is, for any backend. Pure: hub and guard render the same thing from it."""
