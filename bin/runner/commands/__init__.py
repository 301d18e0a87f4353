"""What each command in bin/ does, one module for each."""
