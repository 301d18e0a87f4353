"""People, accounts, teams, posts and categories over time, line management and supervisory relationships."""
