"""A second judgement of a signed audit, given before the first is seen; how often two people judge alike."""
