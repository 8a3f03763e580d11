"""What runs is followed: rights that end, deaths, what drifts, what a crash left."""
