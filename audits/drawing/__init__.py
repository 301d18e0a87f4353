"""Drawing at random, so that anybody can draw again and find the same."""
