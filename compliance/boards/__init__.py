"""Boards: how many workers, children, contracts and records stand how, by team, on any day, and the lists behind it."""
