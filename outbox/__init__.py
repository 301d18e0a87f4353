"""Rows that ask for background work, written in the same transaction; sender and sweeper."""
