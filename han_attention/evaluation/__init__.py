"""How good a model is: scores, tables, plots."""
