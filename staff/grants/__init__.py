"""Sight given for a purpose and a time."""
