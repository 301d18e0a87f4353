"""Getting records about children into the case system, and saying that they are there."""
