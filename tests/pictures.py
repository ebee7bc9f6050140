"""Figures as pictures, for the tests of what is drawn."""

import io
import warnings

from matplotlib.image import imread


def render(figure):
    """The picture; a glyph that the font lacks is only a warning."""
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")
        figure.savefig(file, format="png", dpi=60)
    file.seek(0)
    return imread(file)
