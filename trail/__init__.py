"""The security log: who did and who read what. Append-only."""
