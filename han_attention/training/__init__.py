"""Training: a configuration in, a run folder out."""
