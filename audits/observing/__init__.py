"""Observations of supervision and of practice: planned, agreed to, held, their feedback written and signed by both."""
