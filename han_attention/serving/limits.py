"""Limits of what a server takes, and refusing what is beyond them."""

import json
from collections.abc import Awaitable
from collections.abc import Callable
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any
from typing import TypeAlias

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]


@dataclass(frozen=True)
class Limits:
    """What a server takes at most.

    Attributes:
        bytes: Of the body of a request. Defaults to 4 MiB.
        texts: In a request. Defaults to 1,000.
        seconds: Until a request is answered. Defaults to 30.
        waiting: Texts that wait for their prediction. Defaults to 10,000.
    """

    bytes: int = 4 * 2**20
    texts: int = 1_000
    seconds: float = 30.0
    waiting: int = 10_000


class BodyLimit:
    """Answers 413 to a body that is too large, before it is read whole.

    Args:
        app: An ASGI application.
        most: Bytes of a body.

    Reference:
        https://asgi.readthedocs.io/en/latest/specs/www.html
    """

    def __init__(self, app: App, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(
        self, scope: Message, receive: Receive, send: Send
    ) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._most:
                await _refuse(send, self._most)
                return
        messages = iter(
            [{"type": "http.request", "body": bytes(body), "more_body": False}]
        )

        async def replay() -> Message:
            return next(messages, None) or await receive()

        await self._app(scope, replay, send)


async def _refuse(send: Send, most: int) -> None:
    text = json.dumps({"detail": f"Expected at most {most} bytes."}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(text)).encode()),
        (b"connection", b"close"),
    ]
    start = {"type": "http.response.start", "status": 413, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": text})
