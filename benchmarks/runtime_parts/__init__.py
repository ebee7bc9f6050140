"""The parts of `runtimes.py`."""
