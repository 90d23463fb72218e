"""What this site is: how the engine rooms see Django."""
