"""What strangers send: files, folders, databases, and their names."""
