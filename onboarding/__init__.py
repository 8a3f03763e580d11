"""What brings a project into the datalab and out of it; the only writer of the register."""
