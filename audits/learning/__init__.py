"""What can be learned from signed audits, observations and records: counts by team, service and year."""
