"""Pages of supervision, by what they are about."""
