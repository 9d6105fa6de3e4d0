"""False alarms on a machine that has far too much to do."""
import json
import os
import subprocess
import sys
import threading
import time

from peers import machine, recovery, tables
from peers.sam import Sam
from peers.setup import shuffled

PATIENCE = 60
# ends by itself when the script is gone
HOG = """import os
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(1000000):
        pass"""


class Hogs:
    """Processes that do nothing as fast as they can, for as long as a with statement lasts."""

    def __init__(self, count):
        self.count = count
        self.processes = []

    def __enter__(self):
        for _ in range(self.count):
            self.processes.append(subprocess.Popen([sys.executable, "-c", HOG], start_new_session=True))

    def __exit__(self, *failure):
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()


class Lag:
    """How late SAM's heartbeats are, as its meter says: each instance counts from 0."""

    count = total = worst = 0
    last = (0, 0)

    def __init__(self, port):
        self.port = port
        self.look()
        # what was before the machine got busy
        self.count = self.total = self.worst = 0

    def look(self):
        status, body = machine.get(self.port, "/actuator/metrics/sam.heartbeat.lag", timeout=PATIENCE)
        if status != 200:
            return
        values = {value["statistic"]: value["value"] for value in json.loads(body)["measurements"]}
        now = values["COUNT"], values["TOTAL_TIME"]
        before = self.last if now[0] >= self.last[0] else (0, 0)
        self.count += now[0] - before[0]
        self.total += now[1] - before[1]
        self.worst = max(self.worst, values["MAX"])
        self.last = now


class Visitor(threading.Thread):
    """Asks for something each second, and knows how long it had to wait for an answer at worst."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port = port
        self.worst = 0.0
        self.asked = None
        self.is_over = False
        self.start()

    def run(self):
        while not self.is_over:
            self.asked = time.monotonic()
            while not self.is_over and machine.get(self.port, timeout=PATIENCE)[0] != 200:
                time.sleep(0.05)
            self.worst = max(self.worst, time.monotonic() - self.asked)
            time.sleep(1)

    def end(self):
        """Return the worst wait, that which has not ended included."""
        self.is_over = True
        self.join(PATIENCE)
        return max(self.worst, time.monotonic() - self.asked) if self.is_alive() else self.worst


def watch(peer, instance, seconds):
    """See whether the application is still the same, and answers; return what there is to say."""
    changes = 0
    lag = Lag(peer.port) if isinstance(peer, Sam) else None
    visitor = Visitor(peer.port)
    following = time.monotonic()
    end = following + seconds
    try:
        while following < end:
            # not known for as long as there is no answer
            now = peer.instance() or instance
            changes += now != instance
            instance = now
            if lag:
                lag.look()
            following = max(following + 1, time.monotonic())
            time.sleep(max(0.0, following - time.monotonic()))
    finally:
        worst = visitor.end()
    return max(changes, peer.recoveries() or 0), worst, lag


def seconds_of(interval):
    """An interval such as 1s or 200ms in seconds."""
    if interval.endswith("ms"):
        return float(interval[:-2]) / 1000
    return float(interval.removesuffix("s"))


def measure(setup, classes):
    """Each peer alone, with the configuration of the other scenarios: what is quick there must be right here."""
    options = setup.options
    seconds, count = setup.seconds(300), options.hogs * os.cpu_count()
    alarms, lags = [], []
    for peer_class in shuffled(classes):
        with setup.peers([peer_class]) as peers:
            for peer in recovery.start_all(peers):
                recovery.await_quiet(options.noisy)
                instance = recovery.await_ready(peer)
                with Hogs(count):
                    changes, worst, lag = watch(peer, instance, seconds)
                    load = os.getloadavg()[0]
                alarms.append([peer.name, changes, f"{worst:.2f} s", f"{load:.1f}"])
                if lag and lag.count:
                    margin = seconds_of(options.interval) * 3 / 4 - lag.worst
                    lags.append([peer.name, int(lag.count), f"{lag.total / lag.count * 1000:.1f} ms",
                                 f"{lag.worst * 1000:.1f} ms", f"{margin * 1000:.0f} ms"])
    print(f"{count} busy processes on {os.cpu_count()} cores for {seconds} s each; recoveries that must not be")
    tables.print_table(["", "false recoveries", "worst wait for an answer", "load"], sorted(alarms))
    if lags:
        tables.print_table(["", "heartbeats", "mean lag", "worst lag", "margin"], sorted(lags))
        print("margin: what is left of the interval after a quarter of it, when the next heartbeat is due, "
              "and the worst lag.\n", flush=True)
