"""The supervisors while nothing happens, and SAM on a machine that has far too much to do."""
import json
import os
import subprocess
import sys
import time

from peers import machine, tables
from peers.machine import Failure
from peers.supervisors import Sam

# ends by itself when the script is gone
HOG = """import os
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(1000000):
        pass"""


class SamWithGrace(Sam):
    """As an application has it that sets nothing but the time interval."""

    name = "sam"

    def arguments(self):
        return [f"--sam.time-interval={self.interval}"]


def footprint(peers, seconds):
    """All supervisors at the same time: they are idle."""
    time.sleep(5)
    before = {peer: (machine.cpu_seconds(peer.supervisor()), machine.wake_ups(peer.supervisor())) for peer in peers}
    began = time.monotonic()
    time.sleep(seconds)
    rows = []
    for peer in peers:
        pid = peer.supervisor()
        passed = time.monotonic() - began
        cpu = machine.cpu_seconds(pid) - before[peer][0]
        wake_ups = machine.wake_ups(pid) - before[peer][1]
        resident, private = machine.memory(pid)
        rows.append([peer.name, resident / 1024, private / 1024, cpu / passed * 3600, wake_ups / passed])
    print(f"footprint: the supervisor's own process beside an idle application, over {seconds} s")
    best = [max(min(row[column] for row in rows), 0.001) for column in range(1, 5)]
    tables.print_table(
        ["", "RSS", "RssAnon", "CPU per hour", "wake-ups", "ratio of RSS", "of RssAnon"],
        [[row[0], f"{row[1]:.1f} MiB", f"{row[2]:.1f} MiB", f"{row[3]:.2f} s", f"{row[4]:.1f}/s",
          f"{row[1] / best[0]:.1f}", f"{row[2] / best[1]:.1f}"] for row in rows])


def seconds_of(interval):
    """An interval such as 1s or 200ms in seconds."""
    if interval.endswith("ms"):
        return float(interval[:-2]) / 1000
    return float(interval.removesuffix("s"))


def lag(port):
    """Count, sum and maximum of the meter of late heartbeats; None if it cannot be asked now."""
    status, body = machine.get(port, "/actuator/metrics/sam.heartbeat.lag", timeout=30)
    if status != 200:
        return None
    values = {value["statistic"]: value["value"] for value in json.loads(body)["measurements"]}
    return values["COUNT"], values["TOTAL_TIME"], values["MAX"]


def busy(peer, seconds, per_core):
    """Count recoveries, which must not be, and see how late heartbeats get."""
    count = per_core * os.cpu_count()
    first = lag(peer.port)
    began = time.monotonic()
    hogs = []
    samples = []
    try:
        for _ in range(count):
            hogs.append(subprocess.Popen([sys.executable, "-c", HOG], start_new_session=True))
        while time.monotonic() - began < seconds:
            time.sleep(1)
            samples.append(lag(peer.port))
        loaded = os.getloadavg()[0]
    finally:
        for hog in hogs:
            hog.kill()
        for hog in hogs:
            hog.wait()
    status = machine.wait_until(peer.status, 60)
    seen = [sample for sample in samples if sample]
    if not seen or not status:
        raise Failure(f"The application did not answer:\n{peer.tail()}")
    worst = max(sample[2] for sample in seen)
    interval = seconds_of(peer.interval)
    # a new instance counts from 0
    beats = seen[-1][0] - (first[0] if not status["recoveries"] else 0)
    mean = (seen[-1][1] - (first[1] if not status["recoveries"] else 0)) / max(beats, 1)
    print(f"busy: {count} busy processes on {os.cpu_count()} cores for {seconds} s, load {loaded:.1f}, "
          f"{len(samples) - len(seen)} of {len(samples)} samples without an answer")
    tables.print_table(["", "recoveries", "heartbeats", "mean lag", "worst lag", "margin"],
                       [[f"interval {peer.interval}", status["recoveries"], int(beats), f"{mean * 1000:.1f} ms",
                         f"{worst * 1000:.1f} ms", f"{(interval * 3 / 4 - worst) * 1000:.0f} ms"]])
    print("margin: what is left of the interval after a quarter of it, when the next heartbeat is due, "
          "and the worst lag.\n")
    if status["recoveries"]:
        raise Failure("There were recoveries.")
