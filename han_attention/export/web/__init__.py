"""A page that classifies what is typed, and needs no server."""
