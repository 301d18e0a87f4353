"""What supervisees say of their sessions: three answers, seen only in groups."""
