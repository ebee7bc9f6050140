"""What is wrong with a request, in one line."""

from fastapi import FastAPI
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

FIELDS = ("text", "texts", "words")


def describe_mistake(error: RequestValidationError) -> str:
    """The first mistake of a request.

    Example:
    >>> mistake = {"type": "extra_forbidden", "loc": ("body", "word")}
    >>> describe_mistake(RequestValidationError([mistake]))
    'Unknown field `word`. Fields: text, texts, words.'
    """
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:])
    if first["type"] == "extra_forbidden":
        return f"Unknown field `{field}`. Fields: {', '.join(FIELDS)}."
    if first["loc"][1:2] and first["loc"][1] in FIELDS:
        return f"Field `{field}`: {first['msg']}."
    return (
        "Expected a JSON object with `text` or `texts`, sent with the header "
        "content-type: application/json."
    )


def add_mistakes(app: FastAPI) -> None:
    """Answer a request of another form by one line, code 422."""

    @app.exception_handler(RequestValidationError)
    async def answer(
        request: Request, error: RequestValidationError
    ) -> JSONResponse:
        return JSONResponse({"detail": describe_mistake(error)}, 422)
