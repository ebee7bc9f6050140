"""How words are scored: a file for each kind of method."""
