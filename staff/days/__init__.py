"""On which days somebody works: absences, and the days of the week."""
