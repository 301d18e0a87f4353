"""Sight for those with a need to know: asked for, approved by a second person, read on the page, gone on the day."""
