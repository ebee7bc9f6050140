"""What a process costs, however busy the machine is."""

import resource
from contextlib import contextmanager


class CpuTime:
    """Seconds of the CPU, taken by the processes that ended in the block."""

    seconds = 0.0


@contextmanager
def cpu_time():
    """Count the CPU time of the processes that a block starts and awaits."""
    spent = CpuTime()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    yield spent
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent.seconds = after.ru_utime - before.ru_utime
    spent.seconds += after.ru_stime - before.ru_stime
