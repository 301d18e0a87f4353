"""The registration desk: asking the regulator's register for everybody at once, and reading its answer back."""
