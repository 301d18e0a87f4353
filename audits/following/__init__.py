"""What comes of audits and observations: their actions until they are done, and what waits for somebody."""
