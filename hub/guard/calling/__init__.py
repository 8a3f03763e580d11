"""What the hub may call, read strictly, and answered."""
