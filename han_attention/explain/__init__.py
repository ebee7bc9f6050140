"""Explanations: what a prediction was made of, and drawing it."""
