"""Somebody leaves: the last day, what is still to be done, the file that is frozen, and who comes back."""
