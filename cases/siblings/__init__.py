"""Brothers and sisters: children who belong together over time."""
