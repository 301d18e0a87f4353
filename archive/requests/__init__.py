"""Requests for one's own data: the clock, what is found, what a person decides about it, and the bundle."""
