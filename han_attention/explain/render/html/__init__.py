"""The page of explanations that a browser opens."""
