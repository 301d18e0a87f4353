"""Writing an audit: opening it, the form with its evidence, the signature."""
