"""How long the application is away after it was killed or frozen."""
import os
import random
import signal
import time

from peers import machine, proc, tables
from peers.machine import Failure
from peers.setup import shuffled

PATIENCE = 120
POLL = 0.005
# of one core, over so many seconds; a JVM is never quite idle
QUIET = 0.1
QUIET_PER_APPLICATION = 0.015
QUIET_SECONDS = 2
QUIET_PATIENCE = 60
NOISY_PATIENCE = 5
# checks once per second, and heartbeats, must not be in step with the failures
RANDOM_WAIT = 2


def await_ready(peer):
    """Wait until a peer is ready for the next failure; return the process that is its application."""
    instance = machine.wait_until(lambda: peer.is_ready() and peer.instance(), PATIENCE)
    if not instance:
        raise Failure(f"{peer.name} did not come up:\n{peer.tail()}")
    return instance


def await_quiet(noisy, applications=0):
    """Wait until the whole machine does next to nothing, apart from so many applications."""
    limit = QUIET + QUIET_PER_APPLICATION * max(applications - 1, 0)
    deadline = time.monotonic() + (NOISY_PATIENCE if noisy else QUIET_PATIENCE)
    while True:
        before = proc.busy_seconds()
        time.sleep(QUIET_SECONDS)
        share = (proc.busy_seconds() - before) / QUIET_SECONDS
        if share < limit:
            return
        if time.monotonic() > deadline:
            if noisy:
                return
            raise Failure(f"The machine is not quiet, {share:.0%} of a core is busy: end what else runs, "
                          "or measure all the same with --noisy.")


def start_all(peers):
    """Start one after the other; return those that came up."""
    up = []
    for peer in peers:
        peer.start()
        try:
            await_ready(peer)
            up.append(peer)
        except Failure as failure:
            print(f"{peer.name} is left out. {failure}", flush=True)
            peer.end()
    return up


def await_answer(peer, old, began, patience):
    """Return when another process than the old one has answered, None if none does."""
    following = began
    while time.monotonic() - began < patience:
        # asked first: whatever answers after the old process is gone is another one
        is_gone = not machine.is_alive(old)
        status = machine.get(peer.port)[0]
        answered = time.monotonic()
        if is_gone and status == 200:
            return answered
        following = max(following + POLL, answered)
        time.sleep(max(0.0, following - time.monotonic()))
    return None


def time_to_recover(peer, number, patience=PATIENCE):
    """Fail the application by a signal; return the seconds until another process answers, None if none does."""
    old = await_ready(peer)
    time.sleep(random.uniform(0, RANDOM_WAIT))
    if not machine.is_alive(old):
        raise Failure(f"{peer.name}: the application ended by itself.\n{peer.tail()}")
    began = time.monotonic()
    os.kill(old[0], number)
    try:
        answered = await_answer(peer, old, began, patience)
    finally:
        if number == signal.SIGSTOP:
            machine.send(old, signal.SIGCONT)
    if answered is None:
        return None
    if not machine.wait_until(lambda: peer.instance() not in (None, old), 10):
        raise Failure(f"{peer.name}: the application has no new process.\n{peer.tail()}")
    return answered - began


class Failures:
    """The times of all peers that were measured until now, and who did not notice a hang."""

    def __init__(self, peers, options):
        self.peers = peers
        self.options = options
        self.times = {peer.name: [] for peer in peers}
        self.blind = set()

    def one_round(self, number):
        """Fail all applications, one after the other."""
        for peer in shuffled(self.peers):
            if peer in self.blind:
                continue
            await_ready(peer)
            await_quiet(self.options.noisy, len(self.peers))
            is_blind = number == signal.SIGSTOP and peer.hang_blindness
            seconds = time_to_recover(peer, number, self.options.patience if is_blind else PATIENCE)
            if seconds is not None:
                self.times[peer.name].append(seconds)
            elif is_blind:
                self.blind.add(peer)
            else:
                raise Failure(f"{peer.name} did not recover within {PATIENCE} s:\n{peer.tail()}")
            # a spare is prepared some time after that: the next peer's turn is not the time for it
            await_ready(peer)

    def print(self, number):
        tables.record("kill" if number == signal.SIGKILL else "hang", self.times)
        tables.print_times(f"{number.name} of the application until HTTP 200 of the next one", self.times)
        if self.blind:
            print(f"never, of which {self.options.patience} s were waited:")
            for peer in sorted(self.blind, key=lambda peer: peer.name):
                print(f"  {peer.name}: {peer.hang_blindness}")
            print(flush=True)


def measure(setup, classes, number):
    """Print how long it takes until the application is back after a signal."""
    with setup.peers(classes) as peers:
        failures = Failures(start_all(peers), setup.options)
        try:
            for _ in range(setup.runs()):
                failures.one_round(number)
        finally:
            # what was measured until something went wrong is worth having
            failures.print(number)


def kill(setup, classes):
    measure(setup, classes, signal.SIGKILL)


def hang(setup, classes):
    measure(setup, classes, signal.SIGSTOP)
