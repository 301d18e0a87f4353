"""The yearly survey of working conditions: what staff say, kept apart from who said it."""
