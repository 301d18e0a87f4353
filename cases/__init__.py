"""Children on the caseload, by reference and never by name: facts over time, and who holds them."""
