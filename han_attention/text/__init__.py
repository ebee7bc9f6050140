"""From strings to ids; never imports Keras."""
