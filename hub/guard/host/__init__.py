"""What the guard touches of the machine: Docker, mounts, folders, spaces, records, what the kernel says."""
