"""What is kept about a worker or a child, thing by thing, wherever it stands. Read for whoever handles a request alone."""
