"""The demo authority: invented people, two years of supervision, and a believable Monday."""
