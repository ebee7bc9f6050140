"""One training on several devices of a machine."""
