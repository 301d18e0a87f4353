"""Notices to people: content-free mail, and the same in the product."""
