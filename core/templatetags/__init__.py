"""Template libraries that every room may load."""
