"""Programmes of early careers and placements, as the policy's phases have them: what ends each, and what is recorded."""
