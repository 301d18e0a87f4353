"""How files stand, in templates."""
