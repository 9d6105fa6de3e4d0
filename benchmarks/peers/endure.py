"""Many recoveries of a tiny application: are they always as quick, does anything grow, are there ever two."""
import os
import random
import signal
import time

from peers import building, machine, proc, recovery, tables
from peers.libsam import SMALL_JVM
from peers.machine import Failure
from peers.sam import watched

PROGRAM = "io.github.samboot.benchmarks.EnduringProgram"
PATIENCE = 30
PAUSE = 0.002
PART = 100
# from one of its heartbeats to the next
BEAT = 0.25


class Story:
    """A watchdog with one instance after the other, and the notes that these write."""

    def __init__(self, setup, standby):
        self.directory = os.path.join(setup.work, f"endure-{standby}")
        self.notes = os.path.join(self.directory, "notes")
        self.log = os.path.join(self.directory, "log")
        self.read = 0
        self.waiting = []
        self.registered = []
        self.overlaps = 0
        os.makedirs(self.directory)
        self.run_parent = os.path.join(setup.shared, standby)
        os.makedirs(self.run_parent)
        java = setup.options.java
        self.process = machine.start(watched(java, self.run_parent, [
            java, *SMALL_JVM, "-cp", building.BENCHMARKS, PROGRAM, standby, self.directory]), self.directory, self.log)

    def look(self):
        """Read the notes that are new, and see whether two instances are past register now."""
        try:
            with open(self.notes) as file:
                file.seek(self.read)
                text = file.read()
        except FileNotFoundError:
            return
        complete = text[:text.rfind("\n") + 1]
        self.read += len(complete)
        for what, pid, nanos in map(str.split, complete.splitlines()):
            self.waiting.append((what, int(pid), int(nanos)))
            if what != "ready":
                self.registered.append(machine.identity(int(pid)) or (int(pid), 0))
                self.overlaps += what == "overlap"
        if len(self.registered) > 1 and all(machine.is_alive(process) for process in self.registered[-2:]):
            self.overlaps += 1

    def await_note(self, wanted):
        """Wait for a note; return the process that wrote it, and when."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.look()
            while self.waiting:
                what, pid, nanos = self.waiting.pop(0)
                if what == wanted or (wanted, what) == ("registered", "overlap"):
                    return pid, nanos
            time.sleep(PAUSE)
        with open(self.log, errors="replace") as file:
            raise Failure(f"No instance was {wanted}:\n{''.join(file.readlines()[-12:])}")

    def recover(self, pid):
        """Kill the active instance; return the seconds until the next one has registered."""
        time.sleep(random.uniform(0, BEAT))
        killed = time.monotonic_ns()
        os.kill(pid, signal.SIGKILL)
        return (self.await_note("registered")[1] - killed) / 1e9

    def sizes(self):
        """Private and anonymous memory, descriptors and threads of the watchdog, files of the run directory."""
        # what the last recovery has left is tidied up meanwhile
        time.sleep(1)
        pid = self.process.pid
        memory = proc.memory(pid)
        return [f"{memory.private / 1024:.1f} MiB", f"{memory.anonymous / 1024:.1f} MiB",
                len(os.listdir(f"/proc/{pid}/fd")), len(os.listdir(f"/proc/{pid}/task")),
                sum(len(names) for _, _, names in os.walk(self.run_parent))]

    def end(self):
        machine.end(self.process)
        machine.end_all_naming(self.directory)


def endure(setup, name, standby):
    """Let an application recover again and again; return rows of times and of sizes, and how often there were two."""
    total = setup.options.recoveries
    part = min(PART, max(total // 10, 1))
    times, sizes = [], []
    story = Story(setup, standby)
    try:
        pid = story.await_note("ready")[0]
        for number in range(1, total + 1):
            times.append(story.recover(pid))
            pid = story.await_note("ready")[0]
            if number in (part, total):
                sizes.append([f"{name} after {number}", *story.sizes()])
    finally:
        story.end()
    rows = [[f"{name}, {what}", len(values), *tables.spread(values), f"{tables.percentile(values, 0.99):.3f} s"]
            for what, values in ((f"first {part}", times[:part]), (f"last {part}", times[-part:]), ("all", times))]
    return rows, sizes, story.overlaps


def measure(setup, classes):
    """Print times and sizes, cold and hot."""
    building.build_benchmarks()
    times, sizes, overlaps = [], [], 0
    for peer in classes:
        recovery.await_quiet(setup.options.noisy)
        more_times, more_sizes, more = endure(setup, peer.name, peer.standby)
        times += more_times
        sizes += more_sizes
        overlaps += more
    print(f"{setup.options.recoveries} times SIGKILL of a tiny application until the next instance has registered")
    tables.print_table(["", "recoveries", "median", "min", "max", "p99"], times)
    print("the watchdog meanwhile")
    tables.print_table(["", "private", "RssAnon", "descriptors", "threads", "files"], sizes)
    print(f"two instances past register at the same time: {overlaps or 'never'}\n", flush=True)
    if overlaps:
        raise Failure("There were two instances at the same time.")
