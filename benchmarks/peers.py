#!/usr/bin/env python3
"""SAM for Spring Boot beside other supervisors, on this machine.

  kill       SIGKILL of the application until another process answers HTTP 200 at /actuator/health
  hang       SIGSTOP of the application until the same
  busy       recoveries and late heartbeats of SAM on a machine with far more to do than it can
  footprint  memory, processor time and wake-ups of the idle supervisors
  warn       silence until the warn signal is delivered, beside libsam in C
  hc         one health check, beside libsam in C
  scale      recovery time, memory and cost of SAM with more indicators, threads, data, applications

Without a scenario: kill, hang, footprint, warn and hc. The sample application and the watchdog must have
been built. Peers are run in turn, so that a machine that gets slower hits all alike.
"""
import argparse
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

from peers import libsam, load, machine, recovery, scale, tables
from peers.supervisors import PEERS, Application

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAMPLE = os.path.join(ROOT, "sample-app/target/sample-app.jar")
SCENARIOS = ["kill", "hang", "busy", "footprint", "warn", "hc", "scale"]
DEFAULT_SCENARIOS = ["kill", "hang", "footprint", "warn", "hc"]


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="scenario", help=", ".join(SCENARIOS))
    parser.add_argument("--runs", type=int, default=10, help="failures per peer in kill, hang and scale")
    parser.add_argument("--peers", default=",".join(PEERS), help="comma-separated; all: %(default)s")
    parser.add_argument("--interval", default="1s", help="SAM's time interval, such as 1s or 200ms")
    parser.add_argument("--layout", choices=["extracted", "fat"], default="extracted",
                        help="of the sample application, the same for all peers")
    home = os.environ.get("JAVA_HOME")
    parser.add_argument("--java", default=os.path.join(home, "bin/java") if home else "java")
    parser.add_argument("--java-options", default="", help="of the application, the same for all peers")
    parser.add_argument("--seconds", type=int, help="how long busy (300) and footprint (60) look")
    parser.add_argument("--hogs", type=int, default=4, help="busy processes per core in busy")
    parser.add_argument("--instances", type=int, default=100, help="instances of each in warn")
    parser.add_argument("--patience", type=int, default=30,
                        help="how many seconds of a hang show that a peer does not notice it")
    parser.add_argument("--sizes", default=scale.DEFAULT_SIZES,
                        help="what scale measures, as one argument; all: '%(default)s'")
    parser.add_argument("--show-configuration", action="store_true",
                        help="print every peer's configuration and end")
    parser.add_argument("--install", action="store_true", help="install missing peers by apt; needs root")
    options = parser.parse_args()
    unknown = [name for name in options.scenarios if name not in SCENARIOS]
    if unknown:
        parser.error(f"There is no scenario {unknown[0]}; there are {', '.join(SCENARIOS)}.")
    unknown = [name for name in options.peers.split(",") if name not in PEERS]
    if unknown:
        parser.error(f"There is no peer {unknown[0]}; there are {', '.join(PEERS)}.")
    if "scale" in options.scenarios and options.layout == "fat":
        parser.error("scale needs the extracted layout.")
    options.java = shutil.which(options.java) or parser.error(f"There is no {options.java}.")
    return options


def install(packages):
    subprocess.run(["apt-get", "install", "-y", *packages], check=True, stdout=subprocess.DEVNULL)


def installed(options):
    """The chosen peers that can be run here; says how to get the others."""
    chosen = [PEERS[name] for name in options.peers.split(",")]
    missing = [peer for peer in chosen if not peer.is_installed()]
    if missing and options.install:
        install([package for peer in missing for package in peer.package.split()])
        missing = [peer for peer in chosen if not peer.is_installed()]
    for peer in missing:
        print(f"{peer.name} is not installed and left out: apt-get install {peer.package}", flush=True)
    return [peer for peer in chosen if peer not in missing]


def extract(options, work):
    if not os.path.exists(SAMPLE):
        raise SystemExit("There is no sample application: mvn -q -DskipTests package")
    if options.layout == "fat":
        return SAMPLE
    subprocess.run([options.java, "-Djarmode=tools", "-jar", SAMPLE, "extract", "--destination",
                    os.path.join(work, "app")], check=True, stdout=subprocess.DEVNULL)
    return os.path.join(work, "app/sample-app.jar")


def run(scenario, options, make, jar, work):
    """Run a scenario; make(classes) makes peers in a directory of their own."""
    if scenario in ("kill", "hang"):
        number = signal.SIGKILL if scenario == "kill" else signal.SIGSTOP
        with make(options.chosen) as peers:
            tables.print_times(f"{scenario}: {number.name} of the application until HTTP 200 of the next one",
                               recovery.measure(recovery.start_all(peers), number, options.runs, options.patience))
            if scenario == "hang":
                print(f"never: there is no hang detection; {options.patience} s were waited once.\n")
    elif scenario == "footprint":
        with make(options.chosen) as peers:
            load.footprint(recovery.start_all(peers), options.seconds or 60)
    elif scenario == "busy":
        with make([load.SamWithGrace]) as peers:
            load.busy(recovery.start_all(peers)[0], options.seconds or 300, options.hogs)
    elif scenario == "warn":
        libsam.warn(options, ROOT, work)
    elif scenario == "hc":
        libsam.health_check(options, ROOT, work)
    else:
        scale.measure(options, make, jar, work)


class Peers:
    """Peers that have all ended at the end of a with statement, whatever happens."""

    def __init__(self, options, application, work, classes):
        self.directory = tempfile.mkdtemp(dir=work)
        ports = machine.free_ports(len(classes))
        self.peers = [peer(application, self.directory, port, options.interval)
                      for peer, port in zip(classes, ports)]

    def __enter__(self):
        return self.peers

    def __exit__(self, *failure):
        for peer in self.peers:
            peer.end()
        machine.end_all_naming(self.directory)


def stop(number, _):
    raise SystemExit(128 + number)


def main():
    options = parse()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    machine.adopt_orphans()
    work = tempfile.mkdtemp(prefix="sam-peers-")
    try:
        jar = extract(options, work)
        application = Application(options.java, shlex.split(options.java_options), jar, options.layout == "fat")
        options.chosen = installed(options)

        def make(classes, application=application):
            return Peers(options, application, work, classes)

        if options.show_configuration:
            with make(options.chosen) as peers:
                print("\n\n".join(peer.configuration() for peer in peers))
            return
        for scenario in options.scenarios or DEFAULT_SCENARIOS:
            packages = [package for peer in options.chosen for package in peer.package.split()]
            tables.print_machine(options.java, packages if scenario in ("kill", "hang", "footprint") else
                                 ["libsam-dev"] if scenario in ("warn", "hc") else [],
                                 f"{options.layout} layout, SAM's time interval {options.interval}")
            run(scenario, options, make, jar, work)
            print(f"load at the end {os.getloadavg()[0]:.1f}\n", flush=True)
    except machine.Failure as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        machine.end_all_naming(work)
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
