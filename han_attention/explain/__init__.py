"""Why a text gets its class: explanations, how they are made and drawn."""

from han_attention._lazy import attach_stub
from han_attention.explain.explanation import Explanation
from han_attention.explain.render.notebook import to_html_fragment

# The data knows no drawing; a notebook shows it by this one.
Explanation.draw_in_notebook = to_html_fragment

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
