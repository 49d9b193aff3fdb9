"""How much of the machine others used while a peer was timed: a figure taken beside a busy neighbour is no figure."""
import os
import time


def _busy():
    """CPU seconds of the whole machine since its start, idle and waiting ones left out; None where /proc is missing."""
    try:
        with open("/proc/stat", encoding="ascii") as f:
            user, nice, system, _, _, interrupts, soft, *_ = map(int, f.readline().split()[1:])
    except OSError:
        return None
    return (user + nice + system + interrupts + soft) / os.sysconf("SC_CLK_TCK")


class Foreign:
    """Counts from its making on: `per_s()` is CPU seconds of other processes per second."""

    def __init__(self):
        self.begin, self.busy, self.own = time.perf_counter(), _busy(), time.process_time()

    def per_s(self):
        if self.busy is None:
            return None
        others = _busy() - self.busy - (time.process_time() - self.own)
        return round(max(0.0, others) / (time.perf_counter() - self.begin), 2)
