"""Texts per second of `han-attention serve` beside those of `predict`.

    python benchmarks/serve_speed.py MODEL texts.csv

MODEL is an exported folder. 32 clients ask at once, each with its own
connection, the texts of the file several times over; all answers are counted.
"""

import argparse
import asyncio
import json
import socket
import subprocess
import sys
import time

import httpx

from han_attention import OnnxPredictor
from han_attention import TextFiles

CLIENTS = 32


async def ask_all(address, texts, at_once):
    """All texts by 32 clients; the number of answers."""
    requests = [texts[n : n + at_once] for n in range(0, len(texts), at_once)]
    waiting = iter(requests)
    answers = 0

    async def ask():
        nonlocal answers
        async with httpx.AsyncClient(timeout=120) as client:
            for request in waiting:
                answer = await client.post(
                    f"{address}/predict", json={"texts": request}
                )
                answers += len(answer.json()["predictions"])

    await asyncio.gather(*(ask() for _ in range(CLIENTS)))
    return answers


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("texts")
    parser.add_argument("--number", type=int, default=4_000)
    arguments = parser.parse_args()
    rows = TextFiles(arguments.texts, need_labels=False)
    texts = [row.text for row in rows]
    texts = (texts * -(-arguments.number // len(texts)))[: arguments.number]
    predictor = OnnxPredictor.load(arguments.model)
    predictor.predict_proba(texts[:200])
    start = time.perf_counter()
    for _ in predictor.predict_stream(texts):
        pass
    alone = len(texts) / (time.perf_counter() - start)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "han_attention", "serve", arguments.model]
        + ["--port", str(port), "--quiet"]
    )
    address = f"http://127.0.0.1:{port}"
    while True:
        try:
            httpx.get(f"{address}/health")
            break
        except httpx.TransportError:
            time.sleep(0.1)
    found = {"predict": round(alone, 1)}
    for at_once in (1, 10, 50):
        start = time.perf_counter()
        answers = asyncio.run(ask_all(address, texts, at_once))
        rate = answers / (time.perf_counter() - start)
        found[f"{at_once} texts a request"] = {
            "texts per second": round(rate, 1),
            "ratio": round(rate / alone, 3),
            "lost": len(texts) - answers,
        }
    server.terminate()
    server.wait()
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
