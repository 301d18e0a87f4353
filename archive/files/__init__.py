"""HR's archive: files found by name, number and date, and opened with a purpose."""
