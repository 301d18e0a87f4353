"""Leavers, HR's archive, retention and holds, and those with a need to know."""
