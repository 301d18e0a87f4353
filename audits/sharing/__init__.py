"""Signed audits shared with the person whose supervision file was audited."""
