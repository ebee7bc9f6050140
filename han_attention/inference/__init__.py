"""All that predicts: with Keras, and without it."""
