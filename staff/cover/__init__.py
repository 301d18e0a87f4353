"""Cover: who stands in for a supervisor who is away, for whom, and how long."""
