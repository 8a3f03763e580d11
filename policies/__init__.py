"""What every process must judge alike: words, law, engine, register, journal, access."""
