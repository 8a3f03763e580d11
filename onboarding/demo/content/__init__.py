"""What the demo's register says: datasets, projects, titles, commitments, all of it invented."""
