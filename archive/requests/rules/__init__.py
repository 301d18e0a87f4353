"""The clock of a request, what is looked for in a paragraph, and what is left of it: pure."""
