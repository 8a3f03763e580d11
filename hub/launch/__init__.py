"""From an empty machine to a running datalab: accounts, folders, containers, supervised processes."""
