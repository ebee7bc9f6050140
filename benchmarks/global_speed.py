"""CPU time of `explain --global` beside that of predicting the same texts.

python benchmarks/global_speed.py MODEL texts.jsonl.gz
"""

import argparse
import json
import time
from itertools import islice

from han_attention import Explainer
from han_attention import Predictor
from han_attention import TextFiles
from han_attention.explain import explain_globally


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("texts")
    parser.add_argument("--number", type=int, default=10_000)
    arguments = parser.parse_args()
    rows = TextFiles(arguments.texts, need_labels=False)
    texts = [row.text for row in islice(rows, arguments.number)]
    predictor = Predictor.load(arguments.model)
    explainer = Explainer(predictor)
    predictor.predict_proba(texts[:200])
    explain_globally(explainer, texts[:200])
    ratios = []
    for _ in range(3):
        start = time.process_time()
        predictor.predict_proba(texts)
        middle = time.process_time()
        explain_globally(explainer, texts)
        ratios.append((time.process_time() - middle) / (middle - start))
    ratios = [round(ratio, 3) for ratio in ratios]
    print(json.dumps({"texts": len(texts), "ratios": ratios}))


if __name__ == "__main__":
    main()
