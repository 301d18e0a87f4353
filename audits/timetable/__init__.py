"""Who audits and observes what in which period, and how far that is done."""
