"""Explanations drawn: each file is one medium."""
