from han_attention.explain.document import DocumentSentence as DocumentSentence
from han_attention.explain.document import document_weights as document_weights
from han_attention.explain.explainer import Explainer as Explainer
from han_attention.explain.explainer import (
    explain_attention as explain_attention,
)
from han_attention.explain.explainer import explain_texts as explain_texts
from han_attention.explain.explanation import Explanation as Explanation
from han_attention.explain.explanation import SentenceWeight as SentenceWeight
from han_attention.explain.explanation import WordWeight as WordWeight
from han_attention.explain.faithfulness.measure import (
    measure_faithfulness as measure_faithfulness,
)
from han_attention.explain.faithfulness.plot import (
    plot_faithfulness as plot_faithfulness,
)
from han_attention.explain.faithfulness.report import (
    Faithfulness as Faithfulness,
)
from han_attention.explain.global_words import (
    GlobalExplanation as GlobalExplanation,
)
from han_attention.explain.global_words import GlobalWord as GlobalWord
from han_attention.explain.globally import explain_globally as explain_globally
from han_attention.explain.methods import METHODS as METHODS
from han_attention.explain.methods.base import Method as Method
from han_attention.explain.methods.base import Scores as Scores
from han_attention.explain.render.document_figure import (
    plot_document as plot_document,
)
from han_attention.explain.render.html.page import save_html as save_html
from han_attention.explain.render.html.page import to_html as to_html
from han_attention.explain.render.markdown import to_markdown as to_markdown
from han_attention.explain.render.neat_vision import (
    save_neat_vision as save_neat_vision,
)
from han_attention.explain.render.neat_vision import (
    to_neat_vision as to_neat_vision,
)
from han_attention.explain.render.notebook import (
    to_html_fragment as to_html_fragment,
)
from han_attention.explain.render.terminal import to_ansi as to_ansi
from han_attention.explain.render.word_figure import (
    plot_word_attention as plot_word_attention,
)
from han_attention.explain.view import View as View
from han_attention.explain.view import make_view as make_view
from han_attention.explain.word_attention import WordAttention as WordAttention
from han_attention.explain.word_attention import (
    attention_of_word as attention_of_word,
)
