"""What demands a decision about a child, and everything that was said, decided and changed about one, in order."""
