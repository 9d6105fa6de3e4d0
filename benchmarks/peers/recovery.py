"""How long the application is away after it was killed or frozen."""
import os
import signal
import time

from peers import machine
from peers.machine import Failure
from peers.supervisors import PATIENCE

POLL = 0.005
QUIET = 0.1


def settle(peer):
    """Wait until a peer is ready for the next failure and its application does nothing more."""
    if not machine.wait_until(peer.is_ready, PATIENCE) or not peer.instance():
        raise Failure(f"{peer.name} did not come up:\n{peer.tail()}")
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        pid = peer.instance()[0]
        before = machine.cpu_seconds(pid)
        time.sleep(1)
        if machine.cpu_seconds(pid) - before < QUIET:
            return


def start_all(peers):
    """Start one after the other; return those that came up."""
    up = []
    for peer in peers:
        peer.start()
        try:
            settle(peer)
            up.append(peer)
        except Failure as failure:
            print(f"{peer.name} is left out. {failure}", flush=True)
            peer.end()
    return up


def time_to_recover(peer, number, patience):
    """Fail the application by a signal; return the seconds until another process answers, None if none does."""
    old = peer.instance()
    began = time.monotonic()
    os.kill(old[0], number)
    following = began
    try:
        while time.monotonic() - began < patience:
            # asked first: whatever answers after the old process is gone is another one
            is_gone = not machine.is_alive(old)
            status = machine.get(peer.port)[0]
            answered = time.monotonic()
            if is_gone and status == 200:
                if not machine.wait_until(lambda: peer.instance() not in (None, old), 10):
                    raise Failure(f"{peer.name}: the application has no new process.\n{peer.tail()}")
                return answered - began
            following = max(following + POLL, answered)
            time.sleep(max(0.0, following - time.monotonic()))
        return None
    finally:
        if number == signal.SIGSTOP:
            machine.send(old, signal.SIGCONT)


def measure(peers, number, runs, hang_patience):
    """Fail all peers' applications in turn, so that a machine that gets slower hits all alike."""
    times = {peer.name: [] for peer in peers}
    ignorant = set()
    for run in range(runs):
        for peer in peers[run % len(peers):] + peers[:run % len(peers)]:
            if peer in ignorant:
                continue
            settle(peer)
            is_noticed = number == signal.SIGKILL or peer.notices_hang
            seconds = time_to_recover(peer, number, PATIENCE if is_noticed else hang_patience)
            if seconds is not None:
                times[peer.name].append(seconds)
            elif is_noticed:
                raise Failure(f"{peer.name} did not recover within {PATIENCE} s:\n{peer.tail()}")
            else:
                ignorant.add(peer)
            settle(peer)
    return times
