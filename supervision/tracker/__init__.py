"""The tracking sheet as a page: children down, the months of a year across, what was said of each in supervision."""
