"""What the program can answer of an audit by itself, with the evidence beside it."""
