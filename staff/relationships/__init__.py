"""Who supervises whom, in what, and who did so on a day."""
