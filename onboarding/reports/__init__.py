"""What the register, the law's history and the journal answer when somebody asks afterwards."""
