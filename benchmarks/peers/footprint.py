"""The supervisors while nothing happens."""
import statistics
import time
from collections import namedtuple

from peers import proc, recovery, tables
from peers.machine import Failure

WINDOWS = 10
Sample = namedtuple("Sample", "time cpu wake_ups threads")


def sample(peer, application):
    """What the supervisor, and its threads in the application, have used until now."""
    pid = peer.supervisor()
    return Sample(time.monotonic(), proc.cpu_seconds(pid), proc.wake_ups(pid),
                  proc.cpu_seconds(application, peer.threads) if peer.threads else 0)


def differences(before, after):
    """Processor time per hour, wake-ups per second, and processor time per hour of the threads."""
    passed = after.time - before.time
    return ((after.cpu - before.cpu) * 3600 / passed,
            proc.wake_ups_between(before.wake_ups, after.wake_ups) / passed,
            (after.threads - before.threads) * 3600 / passed)


def look(peers, seconds, windows=WINDOWS):
    """The differences in each window, by peer."""
    applications = {peer: recovery.await_ready(peer) for peer in peers}
    samples = {peer: [] for peer in peers}
    began = time.monotonic()
    for number in range(windows + 1):
        time.sleep(max(0.0, began + number * seconds / windows - time.monotonic()))
        for peer in peers:
            samples[peer].append(sample(peer, applications[peer][0]))
    for peer in peers:
        if peer.instance() != applications[peer]:
            raise Failure(f"{peer.name}: the application was replaced meanwhile.\n{peer.tail()}")
    return {peer: [differences(*pair) for pair in zip(taken, taken[1:])] for peer, taken in samples.items()}


def megabytes(memory):
    return [f"{kilobytes / 1024:.1f} MiB" for kilobytes in memory]


def private(pid):
    """Pages that no other process maps now, in MiB."""
    return proc.memory(pid)[2] / 1024


def measure(setup, classes):
    """Look at all at the same time: they are idle."""
    seconds = setup.seconds(300)
    with setup.peers(classes) as peers:
        up = recovery.start_all(peers)
        recovery.await_quiet(setup.options.noisy, len(up))
        used = look(up, seconds)
        rows = [[peer.name, *megabytes(proc.memory(peer.supervisor())),
                 *tables.spread([cpu for cpu, _, _ in used[peer]], digits=2),
                 f"{statistics.median(wake_ups for _, wake_ups, _ in used[peer]):.1f}/s"] for peer in up]
        spares = [[f"{peer.name}, its spare", *megabytes(proc.memory(peer.spare()))] for peer in up if peer.spare()]
        threads = [[f"{peer.name}, threads {peer.threads}*",
                    *tables.spread([cpu for _, _, cpu in used[peer]], digits=2)] for peer in up if peer.threads]
        tables.record("memory", {peer.name: [private(peer.supervisor())] for peer in up}
                      | {f"{peer.name}, its spare": [private(peer.spare())] for peer in up if peer.spare()})
    print(f"the supervisor's own process beside an idle application, {WINDOWS} windows of {seconds / WINDOWS:.0f} s")
    tables.print_table(["", "RSS", "PSS", "private", "RssAnon", "CPU per hour", "min", "max", "wake-ups"], rows)
    print("a second application that stands by")
    tables.print_table(["", "RSS", "PSS", "private", "RssAnon"], spares)
    print("what supervision costs in the application")
    tables.print_table(["", "CPU per hour", "min", "max"], threads)
    print("RSS counts shared files in full, PSS in part; private: pages that no other process maps now, those of files "
          "included\n(Private_Clean + Private_Dirty of smaps_rollup); RssAnon: pages of no file, shared or not.\n")
