"""A change of supervisor: what goes over at the day, and the brief that the one writes for the other."""
