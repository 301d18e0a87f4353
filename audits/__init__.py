"""Audits of supervision files and observations of practice: their timetable, draws, records and moderation."""
