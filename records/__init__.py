"""Records: forms made from templates, signed parts, actions, verification, PDF and sealing."""
