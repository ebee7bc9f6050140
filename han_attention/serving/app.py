"""The web application around a predictor."""

import asyncio
import json
import warnings
from collections.abc import AsyncIterator
from collections.abc import Callable
from collections.abc import Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi import HTTPException
from fastapi import Response
from numpy.typing import NDArray
from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field

import han_attention
from han_attention.explain.explanation import Explanation
from han_attention.inference.base import TextPredictor
from han_attention.inference.records import describe_prediction
from han_attention.serving.batcher import Batcher
from han_attention.serving.batcher import TooManyWaitingError
from han_attention.serving.docs_page import add_docs
from han_attention.serving.limits import BodyLimit
from han_attention.serving.limits import Limits
from han_attention.serving.mistakes import add_mistakes

# Few texts come at once: in smaller batches there is less padding.
_BATCH_SIZE = 16

Explain = Callable[[Sequence[str]], Sequence[Explanation]]


class Question(BaseModel):
    """What is sent: one text, or several."""

    model_config = ConfigDict(extra="forbid")

    text: str | None = Field(None, description="one text")
    texts: list[str] | None = Field(None, description="several texts")
    words: int = Field(
        0, ge=0, le=1_000, description="how many of the strongest words"
    )


class Word(BaseModel):
    """A word that speaks for or against the explained label."""

    text: str
    start: int
    end: int
    score: float


class Answer(BaseModel):
    """What is said of one text."""

    label: Any = None
    labels: list[Any] | None = None
    probabilities: dict[str, float]
    error: str | None = None
    explained_label: Any = None
    words: list[Word] | None = None


class Answers(BaseModel):
    """What is said of each text, in their order."""

    predictions: list[Answer]


def make_app(
    predictor: TextPredictor,
    limits: Limits | None = None,
    explain: Explain | None = None,
) -> FastAPI:
    """Make the application: `POST /predict`, `GET /health`, `GET /version`.

    Texts of many requests are predicted together. `/docs` says how to use
    it, `/openapi.json` the same to programs.

    Args:
        predictor: A `Predictor`, or an exported one.
        limits: Of size, time and waiting texts. Defaults to None: `Limits()`.
        explain: From texts to explanations, such as an `Explainer`. Defaults
            to None: a request for words is refused.

    Example:
    >>> app = make_app(predictor)
    >>> sorted(app.openapi()["paths"])
    ['/health', '/predict', '/version']
    """
    limits = limits or Limits()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        predict = partial(predictor.predict_proba, batch_size=_BATCH_SIZE)
        batcher = Batcher(_quietly(predict), limits.waiting)
        app.state.batcher = batcher
        running = asyncio.create_task(batcher.run())
        yield
        running.cancel()

    app = FastAPI(
        title="han_attention",
        version=han_attention.__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(BodyLimit, most=limits.bytes)
    add_docs(app)
    add_mistakes(app, Question.model_fields)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/version")
    async def version() -> dict[str, Any]:
        return {
            "han_attention": han_attention.__version__,
            "classes": list(predictor.class_names),
            "multi_label": predictor.multi_label,
            "trained": predictor.training.get("date"),
        }

    @app.post("/predict", response_model=Answers)
    async def predict(question: Question) -> Response:
        texts = _get_texts(question, limits, explain is not None)
        batcher: Batcher = app.state.batcher
        try:
            async with asyncio.timeout(limits.seconds):
                rows = await batcher.predict(texts)
                found = describe_each(predictor, rows, texts)
                if question.words and explain is not None:
                    explained = await batcher.run_in_thread(
                        lambda: _quietly(explain)(texts)
                    )
                    for one, explanation in zip(found, explained, strict=True):
                        one["explained_label"] = explanation.class_or_best()
                        one["words"] = list_words(explanation, question.words)
        except TooManyWaitingError as error:
            raise HTTPException(
                503, str(error), headers={"Retry-After": "1"}
            ) from None
        except TimeoutError:
            raise HTTPException(504, "It took too long.") from None
        # ASCII: half characters, which JSON may hold, have no other form.
        content = json.dumps({"predictions": found})
        return Response(content, media_type="application/json")

    return app


def list_words(explanation: Explanation, number: int) -> list[dict[str, Any]]:
    """The strongest words of a text, by the last method it has."""
    scores = explanation.scores(explanation.methods[-1])
    words = explanation.words
    order = sorted(range(len(words)), key=lambda n: -abs(scores[n]))[:number]
    return [
        {
            "text": words[n].text,
            "start": words[n].start,
            "end": words[n].end,
            "score": float(scores[n]),
        }
        for n in order
    ]


def describe_each(
    predictor: TextPredictor, rows: NDArray[Any], texts: Sequence[str]
) -> list[dict[str, Any]]:
    """What is said of each text, of its probabilities."""
    return [
        describe_prediction(predictor, row, text)
        for row, text in zip(rows, texts, strict=True)
    ]


def _get_texts(
    question: Question, limits: Limits, has_words: bool
) -> list[str]:
    if question.words and not has_words:
        raise HTTPException(501, "This model cannot say words; see `serve`.")
    if (question.text is None) == (question.texts is None):
        raise HTTPException(422, "Expected `text` or `texts`.")
    texts = question.texts if question.text is None else [question.text]
    if not texts or len(texts) > limits.texts:
        raise HTTPException(
            422,
            f"Expected from 1 to {limits.texts} texts. Received: "
            f"{len(texts or ())}",
        )
    return texts


def _quietly(
    function: Callable[[Sequence[str]], Any],
) -> Callable[[Sequence[str]], Any]:
    """Without warnings, as of a text that has no known word."""

    def run(texts: Sequence[str]) -> NDArray[Any]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(texts)

    return run
