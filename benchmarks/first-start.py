#!/usr/bin/env python3
"""Time from launch to the first HTTP 200 of /actuator/health: the sample without SAM, in parent mode
and in external mode, interleaved so that a machine that gets slower hits all alike.

Usage: benchmarks/first-start.py [--pairs 10] [--layout fat|extracted|prepared] [--java JAVA] [--java-options "..."]
"""
import argparse
import os
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
WATCHDOG = os.path.join(ROOT, "sam-watchdog/target/sam-watchdog.jar")
# what docs/modes.md recommends for external mode
WATCHDOG_FLAGS = """-Xint -XX:+UseSerialGC -Xms2m -Xmx8m -Xss256k -XX:ReservedCodeCacheSize=4m -XX:-UsePerfData
    -XX:TieredStopAtLevel=1 -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0
    -XX:AsyncDeflationInterval=0 -XX:GuaranteedSafepointInterval=0
    -Djdk.lang.Process.launchMechanism=FORK""".split()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def time_to_ready(command, port):
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/actuator/health", timeout=1).read()
                return time.monotonic() - began
            except (urllib.error.URLError, OSError):
                if process.poll() is not None or time.monotonic() - began > 120:
                    raise SystemExit(f"did not come up: {shlex.join(command)}")
                time.sleep(0.005)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--layout", choices=["fat", "extracted", "prepared"], default="fat")
    parser.add_argument("--java", default=os.path.join(os.environ.get("JAVA_HOME", ""), "bin/java")
                        if os.environ.get("JAVA_HOME") else "java")
    parser.add_argument("--java-options", default="", help="for the application, such as a CDS or AOT archive")
    options = parser.parse_args()
    work = tempfile.mkdtemp(prefix="sam-first-start-")
    try:
        jar = SAMPLE
        launch = [options.java, *shlex.split(options.java_options)]
        if options.layout == "extracted":
            subprocess.run([options.java, "-Djarmode=tools", "-jar", SAMPLE, "extract", "--destination", work],
                           check=True, stdout=subprocess.DEVNULL)
            jar = os.path.join(work, "sample-app.jar")
        elif options.layout == "prepared":
            subprocess.run([options.java, "-jar", WATCHDOG, f"--prepare={work}", "--", *launch, "-jar", SAMPLE],
                           check=True, stdout=subprocess.DEVNULL)
            with open(os.path.join(work, "start")) as start:
                # exec java ... -jar sample-app.jar "$@"
                launch = shlex.split(start.read().splitlines()[-1])[1:-3]
            jar = os.path.join(work, "sample-app.jar")
        times = {"without SAM": [], "parent": [], "external": []}
        for _ in range(options.pairs):
            for name, measured in times.items():
                port = free_port()
                command = list(launch)
                if name == "without SAM":
                    command += ["-Dsam.watchdog.mode=off"]
                command += ["-jar", jar, f"--server.port={port}"]
                if name == "external":
                    command = [options.java, *WATCHDOG_FLAGS, "-jar", WATCHDOG, "--", *command]
                measured.append(time_to_ready(command, port))
        base = statistics.median(times["without SAM"])
        print(f"{options.pairs} interleaved starts each, {options.layout} layout, load {os.getloadavg()[0]:.1f}")
        print(f"{'':12} {'median':>8} {'min':>8} {'max':>8} {'ratio':>6} {'extra':>8}")
        for name, measured in times.items():
            median = statistics.median(measured)
            print(f"{name:12} {median:7.3f}s {min(measured):7.3f}s {max(measured):7.3f}s {median / base:6.2f} "
                  f"{median - base:+7.3f}s")
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
