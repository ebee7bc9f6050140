"""A model behind HTTP: JSON in, labels and probabilities out."""
