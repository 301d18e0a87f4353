"""A person's whole file as one BagIt bag."""
