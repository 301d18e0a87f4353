"""Children from the case system: a file is read, compared with what is known, shown, and applied."""
