"""Texts per second of `han-attention serve` beside those of `predict`.

    python benchmarks/serve_speed.py MODEL texts.csv

MODEL is an exported folder. 32 clients ask at once, each with its own
connection, the texts of the file several times over; all answers are counted.
"""

import argparse
import http.client
import json
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from han_attention import OnnxPredictor
from han_attention import TextFiles

CLIENTS = 32


def ask_all(port, texts, at_once):
    """All texts by 32 clients, each with a connection; the number of answers.

    They use `http.client`, which takes less of the processor than the server.
    """
    requests = [texts[n : n + at_once] for n in range(0, len(texts), at_once)]

    def ask(first):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        answers = 0
        for request in requests[first::CLIENTS]:
            body = json.dumps({"texts": request})
            headers = {"content-type": "application/json"}
            connection.request("POST", "/predict", body, headers)
            found = json.loads(connection.getresponse().read())
            answers += len(found["predictions"])
        connection.close()
        return answers

    with ThreadPoolExecutor(CLIENTS) as threads:
        return sum(threads.map(ask, range(CLIENTS)))


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
    while True:
        try:
            ask_all(port, texts[:CLIENTS], 1)
            break
        except ConnectionError:
            time.sleep(0.1)
    found = {"predict": round(alone, 1)}
    for at_once in (1, 10, 50):
        start = time.perf_counter()
        answers = ask_all(port, texts, at_once)
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
