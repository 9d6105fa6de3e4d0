"""What happens between the end of an instance and the first answer of the hot spare, step by step."""
import contextlib
import datetime
import os
import random
import re
import signal
import subprocess
import time

from peers import machine, recovery, tables
from peers.machine import Failure

STEPS = [
    ("the watchdog has noticed the silence", r"failed: no heartbeat"),
    ("the watchdog has seen the process gone", r" ended with .* (\(process-exit\)|after \S+ \()"),
    ("register has returned in the spare", r"SAM registered this process"),
    ("the web server listens", r"Tomcat started on port"),
    ("the context is started", r"Started SampleApplication"),
    ("the watchdog knows that it is up", r"is up, "),
]
# what strace -f -ttt -yy writes after the process id and the time
SYSTEM_CALLS = [
    ("system call: SIGKILL is sent", r"kill\(PID, SIGKILL\)"),
    ("system call: the process is reaped", r"wait4.*= PID\b"),
    ("system call: the spare has its answer", r"write\(\d+<UNIX"),
]
ANSWER = "the first answer to a request"


def lines_since(log, offset, since):
    """When each step was logged, in milliseconds after a moment."""
    with open(log, encoding="utf-8", errors="replace") as file:
        file.seek(offset)
        text = file.read()
    found = {}
    for line in text.splitlines():
        stamp = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})(\S+)", line)
        for name, pattern in STEPS:
            if stamp and name not in found and re.search(pattern, line):
                moment = datetime.datetime.fromisoformat(stamp[1] + stamp[2].replace("Z", "+00:00"))
                found[name] = (moment.timestamp() - since) * 1000
    return found


def calls_since(trace, since, pid):
    """When each system call came, one after the other, in milliseconds after a moment."""
    found = {}
    steps = iter([(name, pattern.replace("PID", str(pid))) for name, pattern in SYSTEM_CALLS])
    name, pattern = next(steps)
    with open(trace, encoding="utf-8", errors="replace") as file:
        lines = [line.split(None, 2) for line in file]
    if not any(re.match(pattern, line[2]) for line in lines):
        name, pattern = next(steps)
    for _, stamp, call in lines:
        if float(stamp) >= since and re.match(pattern, call.removeprefix("<... ")):
            found[name] = (float(stamp) - since) * 1000
            name, pattern = next(steps, (None, "$."))
    return found


class Trace:
    """strace on a process, for as long as a with statement lasts."""

    def __init__(self, pid, file):
        self.command = ["strace", "-f", "-ttt", "-yy", "-e", "trace=kill,wait4,write", "-o", file, "-p", str(pid)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stderr=subprocess.PIPE, text=True, start_new_session=True)
        said = self.process.stderr.readline()
        if "attached" not in said:
            self.__exit__()
            raise Failure(f"strace cannot attach to the watchdog: {said}")

    def __exit__(self, *failure):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()


def one(peer, number, strace):
    """Fail the application once; return the milliseconds at each step."""
    pid = recovery.await_ready(peer)[0]
    offset = os.path.getsize(peer.log)
    trace = peer.path("trace")
    with Trace(peer.supervisor(), trace) if strace else contextlib.nullcontext():
        time.sleep(random.uniform(0, recovery.RANDOM_WAIT))
        since = time.time()
        os.kill(pid, number)
        if not machine.wait_until(lambda: peer.status().get("pid", pid) != pid, recovery.PATIENCE, 0.002):
            raise Failure(f"{peer.name} did not recover:\n{peer.tail()}")
        answered = (time.time() - since) * 1000
        time.sleep(0.3)  # the last line may still be on its way
    calls = calls_since(trace, since, pid) if strace else {}
    return {**calls, **lines_since(peer.log, offset, since), ANSWER: answered}


def measure(setup, classes):
    """Kill, and freeze, an application with a hot spare; print medians of each step."""
    options = setup.options
    with setup.peers(classes) as peers:
        for peer in recovery.start_all(peers):
            for number in (signal.SIGKILL, signal.SIGSTOP):
                runs = []
                for _ in range(setup.runs()):
                    recovery.await_ready(peer)
                    recovery.await_quiet(options.noisy)
                    runs.append(one(peer, number, options.strace))
                rows = [[name, len(times), *tables.spread(times, "ms", 0)]
                        for name in [*(name for name, _ in SYSTEM_CALLS + STEPS), ANSWER]
                        if (times := [run[name] for run in runs if name in run])]
                print(f"{peer.name}: milliseconds after {number.name}" + (", with strace" if options.strace else ""))
                tables.print_table(["", "runs", "median", "min", "max"], rows)
