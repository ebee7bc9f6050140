#!/usr/bin/env bash
# Guess: jax.distributed.initialize raises if another process does not come in time ("the
# initialization will error"), so a program can say so, or try again.
# Seen (jax 0.10.2 on CPU, 2026-11-28): the process is aborted (SIGABRT, exit code 134) by
# a fatal log line with a stack trace; no exception comes, and neither `except` nor
# `finally` nor atexit runs. What is to be said must be said by another process, or be
# found out before: a socket tells whether process 0 listens.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet jax==0.10.2 jaxlib==0.10.2
cat > wait.py <<'PYTHON'
import jax

try:
    # Process 0 of two; the other one is not started.
    jax.distributed.initialize(
        "127.0.0.1:29731", 2, 0, initialization_timeout=3
    )
except BaseException as error:
    print("raised", type(error).__name__)
finally:
    print("said", flush=True)
PYTHON
code=0
environment/bin/python wait.py > said 2> log || code=$?
echo "exit code $code; said by Python: '$(cat said)'; the log:"
cut -c1-100 log
[ "$code" = 134 ]
[ ! -s said ]
grep -q "Terminating process because the JAX distributed service" log
