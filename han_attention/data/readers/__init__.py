"""Rows out of files: one file a format."""
