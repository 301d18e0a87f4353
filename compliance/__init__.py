"""What is due and overdue across people: flags, and the home page."""
