"""Contracts, the diary, sessions and their records; facts for the engine, live status and its why."""
