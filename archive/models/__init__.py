"""Leavers, bags, retention and holds, need to know, requests for data."""
