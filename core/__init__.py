"""What every room may use: Actor, errors, append-only base, content field, shortcuts. No models of its own."""
