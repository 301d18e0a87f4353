"""The feedback of an observation that was held: its draft, and the observer's signature."""
