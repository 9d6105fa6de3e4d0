"""What the kernel says of the processor time and the memory of a process, and of the machine."""
import os
import time
from collections import namedtuple

from peers.machine import Failure

# in KiB; "private" is all that no other process maps, "anonymous" all that is no file's, shared or not
Memory = namedtuple("Memory", "rss pss private anonymous")


def _tasks(pid, file_name, threads=""):
    """A file of every thread whose name begins so, by the id of the thread."""
    found = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/comm", errors="replace") as file:
                if not file.read().startswith(threads):
                    continue
            with open(f"/proc/{pid}/task/{task}/{file_name}", errors="replace") as file:
                found[task] = file.read()
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def cpu_seconds(pid, threads=None):
    """The processor time of a process, ended threads included, or of its threads whose name begins so."""
    try:
        if threads is None:
            # the clock that clock_getcpuclockid(3) names
            return time.clock_gettime((~pid << 3) | 2)
        return sum(int(text.split()[0]) for text in _tasks(pid, "schedstat", threads).values()) / 1e9
    except OSError as error:
        raise Failure(f"Process {pid} is gone: {error}") from None


def wake_ups(pid):
    """How often each thread of a process went to sleep of its own accord."""
    return {task: int(line.split()[1]) for task, text in _tasks(pid, "status").items() for line in text.splitlines()
            if line.startswith("voluntary_ctxt_switches")}


def wake_ups_between(before, after):
    """How many came between; those of threads that have ended meanwhile are not known."""
    return sum(count - before.get(task, 0) for task, count in after.items())


def _kilobytes(path):
    with open(path) as file:
        fields = [line.split() for line in file]
    return {field[0]: int(field[1]) for field in fields if field[-1] == "kB"}


def memory(pid):
    """The memory of a process."""
    try:
        rollup = _kilobytes(f"/proc/{pid}/smaps_rollup")
        return Memory(rollup["Rss:"], rollup["Pss:"], rollup["Private_Clean:"] + rollup["Private_Dirty:"],
                      _kilobytes(f"/proc/{pid}/status")["RssAnon:"])
    except (OSError, KeyError) as error:
        raise Failure(f"The memory of process {pid} cannot be read: {error}") from None


def busy_seconds():
    """The processor time of the whole machine, what the host took away included."""
    with open("/proc/stat") as file:
        # user, nice, system, idle, iowait, irq, softirq, steal; guests are part of the first two
        ticks = list(map(int, file.readline().split()[1:9]))
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")
