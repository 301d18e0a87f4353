"""Tags of templates about audits."""
