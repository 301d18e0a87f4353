"""Measurements whose figures can be compared from one version to the next; started by bin/bench."""
