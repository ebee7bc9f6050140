"""Layers of the sequence model."""
