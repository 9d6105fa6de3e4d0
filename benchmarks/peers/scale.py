"""How SAM's recovery time, memory and cost grow with what it supervises."""
import math
import os
import random
import shlex
import signal
import statistics
import subprocess

from peers import building, footprint, proc, recovery, tables
from peers.machine import Failure
from peers.setup import shuffled
from peers.supervisors import MAIN_CLASS, Application

# 2 bytes, "{}", are the least that the sample can read
DEFAULT_SIZES = "indicators=1,50,500 threads=10,1000,10000 data=2,65536,16777216 applications=1,5,20"
SOURCE = os.path.join(building.ROOT, "benchmarks/src/scale/java/io/github/samboot/benchmarks/scale",
                      "ScaleAutoConfiguration.java")
CLASS = "io.github.samboot.benchmarks.scale.ScaleAutoConfiguration"
IMPORTS = "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports"
EVERY_INDICATOR = "--management.endpoint.health.group.liveness.include=*"
WINDOWS = 6
PASSES = 2


class LargeApplication(Application):
    """The sample with health indicators, threads and user data to order."""

    def __init__(self, sample, options, classes, knob, size):
        super().__init__(sample.java, options, sample.jar)
        self.classes = classes
        self.knob = knob
        self.size = size

    def command(self, port, temporary, jvm=(), arguments=()):
        more = [EVERY_INDICATOR] if self.knob == "indicators" else []
        return [self.java, *self.options, f"-Djava.io.tmpdir={temporary}", f"-Dscale.{self.knob}={self.size}", *jvm,
                "-cp", os.pathsep.join([self.jar, self.classes]), MAIN_CLASS, f"--server.port={port}",
                *arguments, *more]


class Figures:
    """What was measured of one size."""

    def __init__(self):
        self.times = []
        self.before = []
        self.after = []
        self.watchdog = []
        self.threads = []

    def row(self, name):
        return [name, len(self.times), *tables.spread(self.times), *(f"{statistics.median(values) / 1024:.1f} MiB"
                                                    for values in (self.before, self.after)),
                *(f"{statistics.median(values):.1f} s ({min(values):.1f} to {max(values):.1f})"
                  for values in (self.watchdog, self.threads))]


def compile_fixture(setup):
    """Compile the auto-configuration against the libraries of the extracted sample."""
    classes = os.path.join(setup.work, "scale-classes")
    os.makedirs(os.path.join(classes, os.path.dirname(IMPORTS)))
    with open(os.path.join(classes, IMPORTS), "w") as file:
        file.write(CLASS + "\n")
    javac = os.path.join(os.path.dirname(os.path.realpath(setup.options.java)), "javac")
    subprocess.run([javac, "-nowarn", "-proc:none", "-d", classes, "-cp",
                    os.path.join(os.path.dirname(setup.application.jar), "lib/*"), SOURCE], check=True)
    return classes


def one_group(setup, members, runs):
    """See what peers cost, and kill the applications of those in every round that are to be killed."""
    recovery.await_quiet(setup.options.noisy, len(members))
    used = footprint.look([peer for peer, _, _ in members], setup.seconds(30), WINDOWS)
    for peer, figures, _ in members:
        figures.before.append(proc.memory(peer.supervisor()).private)
        figures.watchdog += [cpu for cpu, _, _ in used[peer]]
        figures.threads += [cpu for _, _, cpu in used[peer]]
    killed = [(peer, figures) for peer, figures, is_killed in members if is_killed]
    for _ in range(runs):
        for peer, figures in shuffled(killed):
            recovery.await_ready(peer)
            recovery.await_quiet(setup.options.noisy, len(members))
            seconds = recovery.time_to_recover(peer, signal.SIGKILL)
            if seconds is None:
                raise Failure(f"{peer.name} did not recover:\n{peer.tail()}")
            figures.times.append(seconds)
            recovery.await_ready(peer)
    for peer, figures in killed:
        figures.after.append(proc.memory(peer.supervisor()).private)


def numbered(peer_class, number):
    """The same under a name of its own."""
    return type("Numbered", (peer_class,), {"name": f"{peer_class.name}-{number}"})


def together(setup, kinds, application):
    """Applications of all sizes at the same time, cold ones and then hot ones; return the figures by size and peer.

    Ten thousand threads in cold, hot and spare instances are more than a kernel has by default.
    """
    figures = {kind: Figures() for kind in kinds}
    for peer_class in dict.fromkeys(peer_class for _, peer_class in kinds):
        sizes = [size for size, of in kinds if of is peer_class]
        with setup.peers([numbered(peer_class, size) for size in sizes], list(map(application, sizes))) as peers:
            size_of = dict(zip(peers, sizes))
            up = recovery.start_all(peers)
            one_group(setup, [(peer, figures[size_of[peer], peer_class], True) for peer in up], setup.runs(5))
    return figures


def crowds(setup, kinds, application):
    """So many applications at the same time as the size says, twice in random order: one of them is killed."""
    figures = {kind: Figures() for kind in kinds}
    runs = math.ceil(setup.runs(5) / PASSES)
    for _ in range(PASSES):
        for size, peer_class in shuffled(kinds):
            with setup.peers([numbered(peer_class, number) for number in range(size)],
                             [application(size)] * size) as peers:
                up = recovery.start_all(peers)
                if len(up) == size:
                    victim = random.choice(up)
                    one_group(setup, [(peer, figures[size, peer_class], peer is victim) for peer in up], runs)
    return figures


def measure(setup, classes):
    """Print a table per knob, with a cold and a hot standby."""
    fixture = compile_fixture(setup)
    options = shlex.split(setup.options.java_options)
    for knob, sizes in (part.split("=") for part in setup.options.sizes.split()):
        def application(size, knob=knob):
            return LargeApplication(setup.application, options, fixture, knob, size)
        kinds = [(int(size), peer_class) for size in sizes.split(",") for peer_class in classes]
        figures = (crowds if knob == "applications" else together)(setup, kinds, application)
        print(f"{knob}: SIGKILL of the application until HTTP 200 of the next one; private memory of the watchdog, its "
              "processor time per hour\nand that of SAM's threads in the application, median and range of windows")
        tables.print_table(["", "runs", "median", "min", "max", "private", "afterwards", "CPU",
                            "SAM in the application"], [
                               measured.row(f"{size} {knob}, {peer_class.name}")
                               for (size, peer_class), measured in figures.items() if measured.times])
