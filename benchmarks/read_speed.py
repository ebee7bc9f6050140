"""Time and memory to read, number and encode the 50,000 IMDB reviews.

python benchmarks/read_speed.py --data aclImdb_v1.tar.gz
"""

import argparse
import resource
import time

from han_attention import Tokenizer
from han_attention import encode_texts
from han_attention import load_dataset


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", default="imdb")
    parser.add_argument("--max-tokens", type=int, default=250)
    flags = parser.parse_args()
    times = [time.perf_counter()]
    dataset = load_dataset(flags.data)
    times.append(time.perf_counter())
    tokenizer = Tokenizer.train(dataset.train.texts, 10_000, "keras")
    times.append(time.perf_counter())
    splits = [dataset.train.texts, dataset.test.texts]
    tokens = sum(
        len(encode_texts(tokenizer, texts, flags.max_tokens).ids)
        for texts in splits
    )
    times.append(time.perf_counter())
    reviews = sum(map(len, splits))
    for n, name in enumerate(("read", "vocabulary", "encode")):
        print(f"{name:10} {times[n + 1] - times[n]:6.2f} s")
    print(f"{'together':10} {times[-1] - times[0]:6.2f} s")
    print(f"{reviews} reviews, {tokens} tokens kept, ", end="")
    print(f"{reviews / (times[3] - times[2]):.0f} reviews/s encoded")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory {peak:.2f} GiB")


if __name__ == "__main__":
    main()
