"""How SAM's recovery time, memory and cost grow with what it supervises."""
import os
import signal
import statistics
import subprocess
import time

from peers import machine, recovery, tables
from peers.machine import Failure
from peers.supervisors import MAIN_CLASS, Application, Sam, SamHot

DEFAULT_SIZES = "indicators=1,50,500 threads=10,1000,10000 data=2,65536,16777216 applications=1,5,20"
SOURCE = "src/scale/java/io/github/samboot/benchmarks/scale/ScaleAutoConfiguration.java"
CLASS = "io.github.samboot.benchmarks.scale.ScaleAutoConfiguration"
IMPORTS = "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports"
EVERY_INDICATOR = "--management.endpoint.health.group.liveness.include=*"


class LargeApplication(Application):
    """The sample with health indicators, threads and user data to order."""

    def __init__(self, options, jar, classes, knob, size):
        super().__init__(options.java, [], jar, False)
        self.classes = classes
        self.knob = knob
        self.size = size

    def command(self, port, temporary, jvm=(), arguments=()):
        more = [EVERY_INDICATOR] if self.knob == "indicators" else []
        return [self.java, f"-Djava.io.tmpdir={temporary}", f"-Dscale.{self.knob}={self.size}", *jvm,
                "-cp", os.pathsep.join([self.jar, self.classes]), MAIN_CLASS, f"--server.port={port}",
                *arguments, *more]


def compile_fixture(options, jar, work):
    """Compile the auto-configuration against the libraries of the extracted sample."""
    classes = os.path.join(work, "scale-classes")
    if os.path.exists(classes):
        return classes
    os.makedirs(os.path.join(classes, os.path.dirname(IMPORTS)))
    with open(os.path.join(classes, IMPORTS), "w") as file:
        file.write(CLASS + "\n")
    source = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), SOURCE)
    javac = os.path.join(os.path.dirname(os.path.realpath(options.java)), "javac")
    subprocess.run([javac, "-nowarn", "-proc:none", "-d", classes, "-cp",
                    os.path.join(os.path.dirname(jar), "lib/*"), source], check=True)
    return classes


def cost(peers, seconds):
    """Processor time per hour of a watchdog, and of SAM's threads in an application; medians."""
    time.sleep(3)

    def all_seconds():
        return [(machine.cpu_seconds(peer.supervisor()), machine.cpu_seconds(peer.instance()[0], "sam-"))
                for peer in peers]
    before, began = all_seconds(), time.monotonic()
    time.sleep(seconds)
    after, passed = all_seconds(), time.monotonic() - began
    return [statistics.median(late[i] - early[i] for early, late in zip(before, after)) * 3600 / passed
            for i in (0, 1)]


def one_size(options, make, application, peer_class, count):
    """Measure one size; None if such an application does not come up."""
    classes = [type("Numbered", (peer_class,), {"name": f"{peer_class.name}-{number}"}) for number in range(count)]
    with make(classes, application) as peers:
        up = recovery.start_all(peers)
        if len(up) < count:
            return None
        watchdog, checks = cost(up, options.seconds or 10)
        private = statistics.median(machine.memory(peer.supervisor())[1] / 1024 for peer in up)
        times = []
        for _ in range(options.runs):
            times.append(recovery.time_to_recover(up[0], signal.SIGKILL, recovery.PATIENCE))
            recovery.settle(up[0])
        if None in times:
            raise Failure(f"{up[0].name} did not recover:\n{up[0].tail()}")
        after = machine.memory(up[0].supervisor())[1] / 1024
        return [f"{statistics.median(times):.3f} s", f"{min(times):.3f} s", f"{max(times):.3f} s",
                f"{private:.1f} MiB", f"{after:.1f} MiB", f"{watchdog:.2f} s", f"{checks:.2f} s"]


def measure(options, make, jar, work):
    """Print a table per knob, with a cold and a hot standby."""
    classes = compile_fixture(options, jar, work)
    for knob, sizes in (part.split("=") for part in options.sizes.split()):
        rows = []
        skipped = set()
        for size in map(int, sizes.split(",")):
            for peer_class in (Sam, SamHot):
                if peer_class not in options.chosen or peer_class in skipped:
                    continue
                application = LargeApplication(options, jar, classes, knob, size)
                figures = one_size(options, make, application, peer_class, size if knob == "applications" else 1)
                if figures:
                    rows.append([f"{size} {knob}, {peer_class.name}", *figures])
                else:
                    skipped.add(peer_class)
        print(f"scale: {knob}; {options.runs} times SIGKILL until HTTP 200 of the next one")
        tables.print_table(["", "median", "min", "max", "watchdog RssAnon", "afterwards", "its CPU per hour",
                            "SAM in the application"], rows)
