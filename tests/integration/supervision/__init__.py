"""Supervision: the diary, contracts, records of sessions."""
