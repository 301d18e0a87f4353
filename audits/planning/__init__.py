"""What becomes of an audit that is drawn: its day, who does it, and that it is given up."""
