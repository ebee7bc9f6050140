"""What is wrong with a request, in one line."""

from collections.abc import Collection

from fastapi import FastAPI
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse


def describe_mistake(
    error: RequestValidationError, fields: Collection[str]
) -> str:
    """The first mistake of a request, given the fields that it can have.

    Example:
    >>> mistake = {"type": "extra_forbidden", "loc": ("body", "word")}
    >>> describe_mistake(RequestValidationError([mistake]), ["text", "words"])
    'Unknown field `word`. Fields: text, words.'
    """
    first = error.errors()[0]
    _, *path = first["loc"]
    field = ".".join(map(str, path))
    if first["type"] == "extra_forbidden":
        return f"Unknown field `{field}`. Fields: {', '.join(fields)}."
    if path and path[0] in fields:
        return f"Field `{field}`: {first['msg']}."
    return (
        "Expected a JSON object with `text` or `texts`, sent with the header "
        "content-type: application/json."
    )


def add_mistakes(app: FastAPI, fields: Collection[str]) -> None:
    """Answer a request of another form by one line, code 422."""

    @app.exception_handler(RequestValidationError)
    async def answer(
        request: Request, error: RequestValidationError
    ) -> JSONResponse:
        return JSONResponse({"detail": describe_mistake(error, fields)}, 422)
