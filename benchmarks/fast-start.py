#!/usr/bin/env python3
"""What sam.fast-start saves and costs, on the fat jar of the sample application, in one run, one of each after the other:
SIGKILL to HTTP 200 with it, without it and, where it is installed, with runit; a launch in parent and external mode with
and without it, beside the jar alone; the time until a hot spare is ready; and what a preparation takes: processor time,
disk, and the latency of requests meanwhile. Needs the jars (mvn -DskipTests package).

  benchmarks/fast-start.py --runs 10 --java /usr/lib/jvm/…/bin/java     # about forty minutes on two quiet cores
  benchmarks/fast-start.py --runs 1                                     # to try it out
  benchmarks/fast-start.py kill launch spare cost                       # or one of them
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request

from peers.sam import WATCHDOG_FLAGS

ROOT = pathlib.Path(__file__).resolve().parent.parent
JAR = ROOT / "sample-app/target/sample-app.jar"
WATCHDOG = ROOT / "sam-watchdog/target/sam-watchdog.jar"
SUPERVISED = ["--sam.grace-period=0s", "--sam.restart.delay=0s", "--sam.restart.max-restarts=1000"]
PATIENCE = 600
WARM_UP = 20
# processor seconds per second of all instances and spares together
REST = 0.1


def await_true(what, condition, pause=0.01):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            value = condition()
            if value:
                return value
        except (OSError, ValueError, KeyError):
            pass
        time.sleep(pause)
    raise SystemExit(f"not within {PATIENCE} s: {what}")


class Desk:
    """The sample application, started in one of several ways."""

    def __init__(self, bench, name, fast, mode="parent", arguments=(), jar=None):
        self.name, self.mode, self.process = name, mode, None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.work = tempfile.mkdtemp(dir=bench.directory)
        off = ["-Dsam.watchdog.mode=off"] if mode in ("alone", "runit") else []
        command = [bench.java, *off, "-jar", str(jar or bench.jar), f"--server.port={self.port}"]
        if not off:
            command += [*SUPERVISED, *arguments]
        if fast:
            command += ["--sam.fast-start.enabled=true", f"--sam.fast-start.directory={fast}"]
        if mode == "external":
            option = [f"--fast-start={fast}"] if fast else []
            command = [bench.java, *WATCHDOG_FLAGS, "-jar", str(WATCHDOG), *option, "--", *command]
        if mode == "runit":
            run = pathlib.Path(self.work, "run")
            run.write_text("#!/bin/sh\nexec " + " ".join(command) + "\n", encoding="utf-8")
            run.chmod(0o755)
            command = ["runsv", self.work]
        self.command = command

    def launch(self):
        """Return the seconds until HTTP 200."""
        begin = time.monotonic()
        with open(os.path.join(self.work, "output"), "ab") as output:
            self.process = subprocess.Popen(
                self.command, cwd=self.work, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env={name: value for name, value in os.environ.items() if not name.startswith("SAM")})
        self.await_answer()
        return time.monotonic() - begin

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return answer.read()

    def await_answer(self):
        await_true(f"{self.name} answers, see {self.work}/output", lambda: self.get("/actuator/health"))

    def status(self):
        return json.loads(self.get("/actuator/sam"))

    def await_status(self, what, condition):
        return await_true(f"{self.name}: {what}", lambda: (lambda status: condition(status) and status)(self.status()), 0.05)

    def await_prepared(self):
        state = self.await_status("later starts to be prepared", lambda status: status["fastStart"]["state"]
                                  in ("prepared", "used", "left alone", "failed"))["fastStart"]
        if state["state"] not in ("prepared", "used"):
            raise SystemExit(f"{self.name}: {state}")
        return state

    def pid(self):
        if self.mode == "runit":
            return int(pathlib.Path(self.work, "supervise/pid").read_text(encoding="ascii"))
        return self.status()["pid"]

    def kill(self):
        """Return the seconds from SIGKILL to HTTP 200."""
        pid, begin = self.pid(), time.monotonic()
        os.kill(pid, signal.SIGKILL)
        await_true(f"the end of {pid}", lambda: not os.path.exists(f"/proc/{pid}/cwd"), 0.001)
        self.await_answer()
        return time.monotonic() - begin

    def end(self):
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
            self.process = None


class Bench:
    """All that is measured, with a directory for what is prepared."""

    def __init__(self, options, directory):
        self.runs, self.java, self.jar, self.clients = options.runs, options.java, options.jar, options.clients
        self.directory, self.before, self.desks = directory, options.before, []

    def desk(self, *arguments, **options):
        self.desks.append(Desk(self, *arguments, **options))
        return self.desks[-1]

    def store(self, name):
        return os.path.join(self.directory, "store-" + name)

    def rounds(self, ways):
        """Call each way in turn, in the other order every second time."""
        samples = {name: [] for name in ways}
        for number in range(self.runs):
            for name in ways if number % 2 == 0 else reversed(list(ways)):
                samples[name].append(ways[name]())
        return samples

    def end(self):
        for desk in self.desks:
            desk.end()
        self.desks = []

    def kill(self):
        desks = [self.desk("fast start on", self.store("kill"), arguments=["--sam.fast-start.delay=0s"]),
                 self.desk("fast start off", None)]
        if shutil.which("runsv"):
            desks.append(self.desk("runit", None, mode="runit"))
        for desk in desks:
            desk.launch()
        desks[0].await_prepared()
        # the first start from what was prepared reads it from the disk
        desks[0].kill()
        show("SIGKILL to HTTP 200, cold", self.rounds({desk.name: desk.kill for desk in desks}), desks[-1].name)

    def launch(self):
        store = self.store("launch")
        first = self.desk("the first launch", store, arguments=["--sam.fast-start.delay=0s"])
        first.launch()
        first.await_prepared()
        first.end()
        ways = {}
        for mode in ("alone", "parent", "external"):
            for fast in (None, store) if mode != "alone" else (None,):
                name = mode + (" with fast start" if fast else "")
                ways[name] = self.once(self.desk(name, fast, mode=mode))
        show("Launch to HTTP 200", self.rounds(ways), "alone")

    @staticmethod
    def once(desk):
        def run():
            try:
                return desk.launch()
            finally:
                desk.end()
        return run

    def spare(self):
        hot = ["--sam.standby=hot", "--sam.fast-start.delay=0s"]
        desks = [self.desk("fast start on", self.store("spare"), arguments=hot),
                 self.desk("fast start off", None, arguments=hot)]
        if self.before:
            desks.append(self.desk("the build before", None, arguments=hot[:1], jar=self.before))
        for desk in desks:
            desk.launch()
        desks[0].await_prepared()
        for desk in desks:
            self.replaced(desk)
        show("Start of a hot spare until it is ready",
             self.rounds({desk.name: lambda desk=desk: self.replaced(desk) for desk in desks}), desks[-1].name)

    def replaced(self, desk):
        """Return the seconds from the start of the next spare, sam.standby-delay after a promotion, until it is ready."""
        spare = desk.await_status("a spare", lambda status: status["standby"]["state"] == "ready")["standby"]["pid"]
        self.await_rest()
        os.kill(desk.pid(), signal.SIGKILL)
        desk.await_status("the promotion", lambda status: status["pid"] == spare)
        desk.await_status("the start of the next spare", lambda status: status["standby"]["pid"] not in (0, spare))
        begin = time.monotonic()
        desk.await_status("the next spare", lambda status: status["standby"]["state"] == "ready")
        return time.monotonic() - begin

    def await_rest(self):
        """Wait until no instance and no spare warms up or tidies up beside what is measured next."""
        statuses = [desk.await_status("a spare", lambda status: status["standby"]["pid"]) for desk in self.desks]
        pids = [pid for status in statuses for pid in (status["pid"], status["standby"]["pid"])]

        def rest():
            before = processor_seconds(pids)
            time.sleep(1)
            return processor_seconds(pids) - before < REST

        await_true("instances and spares rest", rest)

    def cost(self):
        rows = {"processor seconds": [], "wall clock seconds": [], "MiB on disk": [], "p99 in ms while preparing": [],
                "p99 in ms later": []}
        for number in range(self.runs):
            desk = self.desk("cost", self.store(f"cost-{number}"), arguments=[f"--sam.fast-start.delay={WARM_UP + 10}s"])
            desk.launch()
            Load(desk, self.clients).run(WARM_UP)
            desk.await_status("the preparation", lambda status: status["fastStart"]["state"] == "preparing")
            load, meter = Load(desk, self.clients), Meter(desk.pid())
            begin = time.monotonic()
            state = desk.await_prepared()
            seconds = time.monotonic() - begin
            during = load.end()
            rows["processor seconds"].append(meter.end())
            rows["wall clock seconds"].append(seconds)
            rows["MiB on disk"].append(state["size"] / 2 ** 20)
            rows["p99 in ms while preparing"].append(during * 1000)
            rows["p99 in ms later"].append(Load(desk, self.clients).run(seconds) * 1000)
            desk.end()
        show(f"One preparation, with {self.clients} clients", rows, None)


class Load:
    """Clients that send one request after the other."""

    def __init__(self, desk, count):
        self.desk, self.times, self.over = desk, [], False
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def work(self):
        while not self.over:
            begin = time.monotonic()
            try:
                self.desk.get("/orders")
            except OSError:
                # it counts with the time that it took
                pass
            self.times.append(time.monotonic() - begin)

    def run(self, seconds):
        time.sleep(seconds)
        return self.end()

    def end(self):
        """Return the time that 99 of 100 requests did not exceed."""
        self.over = True
        for thread in self.threads:
            thread.join(60)
        ordered = sorted(self.times)
        return ordered[len(ordered) * 99 // 100]


class Meter:
    """The processor time of the process that prepares, with those that it starts."""

    def __init__(self, parent):
        self.parent, self.ticks, self.over = parent, 0, False
        self.thread = threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    def work(self):
        while not self.over:
            processes = table()
            found = [pid for pid, (parent, _) in processes.items() if parent == self.parent]
            ticks = 0
            while found:
                pid = found.pop()
                ticks += processes[pid][1]
                found += [child for child, (parent, _) in processes.items() if parent == pid]
            self.ticks = max(self.ticks, ticks)
            time.sleep(0.1)

    def end(self):
        self.over = True
        self.thread.join(60)
        return self.ticks / os.sysconf("SC_CLK_TCK")


def table():
    """Return parent and processor time, with that of ended children, of each process."""
    processes = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        processes[int(name)] = int(fields[1]), sum(int(field) for field in fields[11:15])
    return processes


def processor_seconds(pids):
    processes = table()
    return sum(processes[pid][1] for pid in pids) / os.sysconf("SC_CLK_TCK")


def show(title, samples, base):
    print(f"\n{title}: median (min, max) of {len(next(iter(samples.values())))}")
    for name, values in samples.items():
        median = statistics.median(values)
        ratio = f", {median / statistics.median(samples[base]):.2f} of {base}" if base and base != name else ""
        print(f"  {name}: {median:.2f} ({min(values):.2f}, {max(values):.2f}){ratio}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", help="kill, launch, spare, cost; all without one")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--java", default=shutil.which("java"))
    parser.add_argument("--jar", type=pathlib.Path, default=JAR)
    parser.add_argument("--before", type=pathlib.Path, help="the sample of an earlier build, whose spare is measured, too")
    options = parser.parse_args()
    # so that what was started is ended
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    unknown = set(options.what) - {"kill", "launch", "spare", "cost"}
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        bench = Bench(options, directory)
        print(subprocess.run([options.java, "-version"], capture_output=True, text=True, check=True).stderr.split("\n")[0],
              f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores", sep=", ")
        for name in options.what or ("kill", "launch", "spare", "cost"):
            try:
                getattr(bench, name)()
            finally:
                bench.end()


if __name__ == "__main__":
    main()
