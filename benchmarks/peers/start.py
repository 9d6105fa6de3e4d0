"""How long the first start takes: without a supervisor, and below each."""
import os
import statistics
import time

from peers import machine, proc, recovery, tables
from peers.machine import Failure
from peers.setup import shuffled
from peers.supervisors import Alone


def time_to_start(peer):
    """Start a peer; return the seconds until its application answers, and the processor time until then."""
    peer.start()
    following = peer.began
    while not peer.is_up():
        if time.monotonic() - peer.began > recovery.PATIENCE:
            raise Failure(f"{peer.name} did not come up:\n{peer.tail()}")
        following = max(following + recovery.POLL, time.monotonic())
        time.sleep(max(0.0, following - time.monotonic()))
    seconds = time.monotonic() - peer.began
    return seconds, sum(proc.cpu_seconds(pid) for pid, _ in machine.naming(peer.directory + os.sep))


def start_all(setup, classes, figures):
    """Start all that are still measured, one after the other."""
    for peer_class in shuffled([peer_class for peer_class in classes if peer_class.name in figures]):
        recovery.await_quiet(setup.options.noisy)
        try:
            with setup.peers([peer_class]) as (peer,):
                figures[peer_class.name].append(time_to_start(peer))
        except Failure as failure:
            print(f"{peer_class.name} is left out. {failure}", flush=True)
            del figures[peer_class.name]


def print_figures(figures, layout):
    """Print times, and what processor time supervisor and application have used until then."""
    times = {name: [seconds for seconds, _ in measured] for name, measured in figures.items() if measured}
    tables.record("start", times)
    one = statistics.median(times[Alone.name]) if Alone.name in times else None
    print(f"from launch to the first HTTP 200, {layout} layout")
    tables.print_table(["", "runs", "median", "min", "max", "beside alone", "CPU"], [
        [name, len(seconds), *tables.spread(seconds), f"{statistics.median(seconds) / one:.2f}" if one else "-",
         f"{statistics.median(cpu for _, cpu in figures[name]):.2f} s"] for name, seconds in times.items()])


def measure(setup, classes):
    """Start all in every round; the first round warms up the machine and is not counted."""
    figures = {peer_class.name: [] for peer_class in classes}
    start_all(setup, classes, figures)
    for measured in figures.values():
        measured.clear()
    try:
        for _ in range(setup.runs()):
            start_all(setup, classes, figures)
    finally:
        # what was measured until something went wrong is worth having
        print_figures(figures, setup.options.layout)
