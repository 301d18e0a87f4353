"""Rules of importing children: columns, rows, and what a file changes. Pure."""
