#!/usr/bin/env python3
"""What happens between the end of an instance and the first answer of the spare, step by step: the sample
in its extracted layout with a hot spare, killed again and again. Times are those of the log lines, in
milliseconds after the signal. With --strace those of the watchdog's system calls come first, which costs it
some time.

Usage: benchmarks/time-line.py [--runs 10] [--signal KILL|STOP] [--strace] [--java JAVA] [--java-options "..."]
"""
import argparse
import contextlib
import datetime
import json
import os
import re
import shlex
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAMPLE = os.path.join(ROOT, "sample-app/target/sample-app.jar")
STEPS = [
    ("the watchdog has noticed the silence", r"failed: no health check"),
    ("the watchdog has seen the process gone", r"is gone \("),
    ("register has returned in the spare", r"SAM registered this process"),
    ("the web server listens", r"Tomcat started on port"),
    ("the context is started", r"Started SampleApplication"),
    ("the watchdog knows that it is up", r"is up, "),
]
# what strace -f -ttt -yy writes after the process id and the time
SYSTEM_CALLS = [
    ("system call: SIGKILL is sent", r"kill\(PID, SIGKILL\)"),
    ("system call: the process is reaped", r"wait4.*= PID\b"),
    ("system call: the spare has its answer", r"write\(\d+<UNIX"),
]


def status(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/actuator/sam", timeout=1) as answer:
            return json.load(answer)
    except (urllib.error.URLError, OSError, ValueError):
        return None


def await_spare(port, process):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        now = status(port)
        if now and now["state"] == "running" and now["standby"]["state"] == "ready":
            return now["pid"]
        time.sleep(0.2)
    raise SystemExit("There is no spare")


def lines_since(log, offset, since):
    """When each step was logged, in milliseconds after a moment."""
    with open(log, encoding="utf-8") as file:
        file.seek(offset)
        text = file.read()
    found = {}
    for line in text.splitlines():
        stamp = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})(\S+)", line)
        for name, pattern in STEPS:
            if stamp and name not in found and re.search(pattern, line):
                moment = datetime.datetime.fromisoformat(stamp[1] + stamp[2].replace("Z", "+00:00"))
                found[name] = (moment.timestamp() - since) * 1000
    return found


def calls_since(trace, since, pid):
    """When each system call came, one after the other, in milliseconds after a moment."""
    found = {}
    steps = iter([(name, pattern.replace("PID", str(pid))) for name, pattern in SYSTEM_CALLS])
    name, pattern = next(steps)
    with open(trace, encoding="utf-8", errors="replace") as file:
        lines = [line.split(None, 2) for line in file]
    if not any(re.match(pattern, line[2]) for line in lines):
        name, pattern = next(steps)
    for _, stamp, call in lines:
        if float(stamp) >= since and re.match(pattern, call.removeprefix("<... ")):
            found[name] = (float(stamp) - since) * 1000
            name, pattern = next(steps, (None, "$."))
    return found


class Trace:
    """strace on a process, for as long as a with statement lasts."""

    def __init__(self, pid, file):
        self.command = ["strace", "-f", "-ttt", "-yy", "-e", "trace=kill,wait4,write", "-o", file, "-p", str(pid)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stderr=subprocess.PIPE, text=True)
        if "attached" not in self.process.stderr.readline():
            raise SystemExit("strace cannot attach to the watchdog")

    def __exit__(self, *failure):
        self.process.send_signal(signal.SIGINT)
        self.process.communicate()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--signal", choices=["KILL", "STOP"], default="KILL")
    parser.add_argument("--strace", action="store_true", help="needs strace, and the right to attach")
    home = os.environ.get("JAVA_HOME")
    parser.add_argument("--java", default=os.path.join(home, "bin/java") if home else "java")
    parser.add_argument("--java-options", default="", help="for the application, such as a CDS or AOT archive")
    options = parser.parse_args()
    work = tempfile.mkdtemp(prefix="sam-time-line-")
    log = os.path.join(work, "log")
    process = None
    try:
        subprocess.run([options.java, "-Djarmode=tools", "-jar", SAMPLE, "extract", "--destination", work],
                       check=True, stdout=subprocess.DEVNULL)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [options.java, f"-Djava.io.tmpdir={work}", *shlex.split(options.java_options), "-jar",
                   os.path.join(work, "sample-app.jar"), f"--server.port={port}", "--sam.standby=hot",
                   "--sam.standby-delay=1s", "--sam.time-interval=1s", "--sam.grace-period=0",
                   "--sam.restart.max-restarts=-1", "--sam.restart.delay=0"]
        with open(log, "wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=work)
        runs = []
        for _ in range(options.runs):
            pid = await_spare(port, process)
            time.sleep(2)  # the machine is quiet again
            offset = os.path.getsize(log)
            trace = os.path.join(work, "trace")
            with Trace(process.pid, trace) if options.strace else contextlib.nullcontext():
                since = time.time()
                os.kill(pid, getattr(signal, "SIG" + options.signal))
                while (status(port) or {"pid": pid})["pid"] == pid:
                    time.sleep(0.002)
                answered = (time.time() - since) * 1000
                time.sleep(0.3)  # the last line may still be on its way
            calls = calls_since(trace, since, pid) if options.strace else {}
            runs.append({**calls, **lines_since(log, offset, since), "the first answer to a request": answered})
        names = [name for name, _ in SYSTEM_CALLS + STEPS] + ["the first answer to a request"]
        print(f"{options.runs} times SIG{options.signal}, load {os.getloadavg()[0]:.1f}; milliseconds after the signal")
        print(f"{'':50} {'median':>7} {'min':>7} {'max':>7}")
        for name in names:
            times = [run[name] for run in runs if name in run]
            if times:
                print(f"{name:50} {statistics.median(times):7.0f} {min(times):7.0f} {max(times):7.0f}")
    finally:
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
