"""Whether explanations mean anything, measured."""
