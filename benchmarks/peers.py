#!/usr/bin/env python3
"""SAM for Spring Boot beside other supervisors, and what it costs, on this machine. The tables are

  kill       25 min  SIGKILL of the application until another process answers HTTP 200 at /actuator/health
  hang       20 min  SIGSTOP of the application until the same
  timeline    5 min  what happens after SIGKILL and SIGSTOP with a hot spare, step by step
  start      15 min  from launch to the first HTTP 200, below each supervisor and without one
  busy       25 min  false alarms of those that notice a hang, on a machine with far more to do than it can
  footprint   7 min  memory, processor time and wake-ups of the idle supervisors
  warn        2 min  silence until the warn signal is delivered, beside libsam in C
  hc          1 min  one heartbeat, beside libsam in C
  codec       1 min  frames on the socket between application and watchdog
  scale      60 min  recovery time, memory and cost of SAM with more indicators, threads, data, applications
  endure     15 min  a thousand recoveries of SAM: do they get slower, does the watchdog grow

Without a scenario, or with "all": all of them, one after the other, which takes three hours on two cores.
Builds the sample application first if there is none. Nothing else may run meanwhile: a busy machine is waited for,
for a minute.
"""
import argparse
import os
import random
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True

from peers import PEERS, building, busy, endure, footprint, install, libsam, machine, reaper, recovery, scale, \
    start, tables, timeline
from peers.setup import Setup

SUPERVISORS = ["runit", "s6", "supervisord", "monit", "tanuki", "sam-cold", "sam-warm", "sam-hot"]
RECOVERING = [*SUPERVISORS, "sam-fast"]
SUPERVISED = [*SUPERVISORS, "sam-external"]
FIRST = [name for name in PEERS if name != "sam-fast"]
SEEING = ["monit", "tanuki", "sam-cold", "sam-hot"]
STANDBY = ["sam-cold", "sam-hot"]
# what measures it, with which peers unless --peers says otherwise, and which peers --peers may name
SCENARIOS = {
    "kill": (recovery.kill, RECOVERING, [*RECOVERING, "sam-external"]),
    "hang": (recovery.hang, RECOVERING, [*RECOVERING, "sam-external"]),
    "timeline": (timeline.measure, ["sam-hot"], ["sam-hot"]),
    "start": (start.measure, FIRST, FIRST),
    "busy": (busy.measure, SEEING, [*SEEING, "sam-warm", "sam-external"]),
    "footprint": (footprint.measure, SUPERVISORS, SUPERVISED),
    "warn": (libsam.warn, [], []),
    "hc": (libsam.health_check, [], []),
    "codec": (libsam.codec, [], []),
    "scale": (scale.measure, STANDBY, STANDBY),
    "endure": (endure.measure, STANDBY, STANDBY),
}
WITHOUT_PEERS = ("warn", "hc", "codec")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="scenario", help=f"{', '.join(SCENARIOS)}; all without one")
    parser.add_argument("--runs", type=int, help="failures per peer in kill, hang, timeline (10) and scale (5), "
                                                 "starts in start (10)")
    parser.add_argument("--peers", help=f"comma-separated, of {', '.join(PEERS)}; by default what makes sense")
    parser.add_argument("--interval", default="1s", help="SAM's time interval, such as 1s or 200ms")
    parser.add_argument("--layout", choices=building.LAYOUTS, default="extracted",
                        help="of the sample application, the same for all peers (Tanuki has no use for the archive "
                             "of a prepared one, as its class path is another one)")
    home = os.environ.get("JAVA_HOME")
    parser.add_argument("--java", default=os.path.join(home, "bin/java") if home else "java")
    parser.add_argument("--java-options", default="",
                        help="of the application, the same for all peers: --java-options='-Xmx300m -XX:+UseSerialGC'")
    parser.add_argument("--seconds", type=int, help="how long busy (300 per peer), footprint (300) and scale (30 per "
                                                    "size) look")
    parser.add_argument("--hogs", type=int, default=4, help="busy processes per core in busy")
    parser.add_argument("--instances", type=int, default=100, help="instances of each in warn")
    parser.add_argument("--recoveries", type=int, default=1000, help="of each in endure")
    parser.add_argument("--patience", type=int, default=30,
                        help="how many seconds of a hang show that a peer does not notice it")
    parser.add_argument("--sizes", default=scale.DEFAULT_SIZES,
                        help="what scale measures, as one argument; all: '%(default)s'")
    parser.add_argument("--strace", action="store_true",
                        help="the watchdog's system calls in timeline, which costs it some time")
    parser.add_argument("--noisy", action="store_true", help="measure although the machine has other things to do")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10000),
                        help="of the order of peers and of the waits before failures")
    parser.add_argument("--results", metavar="FILE",
                        help="write medians, minima and maxima there as JSON; charts.py draws them")
    parser.add_argument("--show-configuration", action="store_true",
                        help="print every peer's configuration and end")
    parser.add_argument("--install", action="store_true", help="install by apt what is missing; needs root")
    options = parser.parse_args()
    for name in options.scenarios:
        if name not in (*SCENARIOS, "all"):
            parser.error(f"There is no scenario {name}; there are {', '.join(SCENARIOS)}.")
    if not options.scenarios or "all" in options.scenarios:
        options.scenarios = list(SCENARIOS)
    options.peers = options.peers.split(",") if options.peers else []
    for name in options.peers:
        if name not in PEERS:
            parser.error(f"There is no peer {name}; there are {', '.join(PEERS)}.")
    if "scale" in options.scenarios and options.layout != "extracted":
        parser.error("scale needs the extracted layout.")
    options.java = shutil.which(options.java) or parser.error(f"There is no {options.java}.")
    return options


def wanted(options, name):
    """The names of the peers of a scenario."""
    _, defaults, possible = SCENARIOS[name]
    return [peer for peer in options.peers if peer in possible] if options.peers else defaults


def run(setup, name):
    """Run a scenario; return whether it has come to its end."""
    tables.print_moment(name)
    began = time.monotonic()
    classes = [PEERS[peer] for peer in wanted(setup.options, name) if PEERS[peer].is_installed()]
    if not classes and name not in WITHOUT_PEERS:
        print("No peer that was asked for can be measured.\n")
        return True
    try:
        SCENARIOS[name][0](setup, classes)
        print(f"{name} took {time.monotonic() - began:.0f} s\n", flush=True)
        return True
    except (machine.Failure, subprocess.CalledProcessError, OSError) as failure:
        # the other tables are worth having
        print(f"{name} FAILED: {failure}\n", flush=True)
        return False


def run_all(setup):
    """Run what was asked for; return whether all went well."""
    options = setup.options
    names = {peer for name in options.scenarios for peer in wanted(options, name)}
    install.provide([name for name in PEERS if name in names], {"warn", "hc"} & {*options.scenarios}, options.install)
    building.provide_sample()
    setup.lay_out()
    if options.show_configuration:
        with setup.peers([PEERS[name] for name in PEERS if name in names]) as peers:
            print("\n\n".join(peer.configuration() for peer in peers))
        return True
    tables.print_machine(options.java, [package for name in PEERS if name in names for package in
                                        PEERS[name].package.split()] + ["libsam-dev"], building.ROOT)
    print(f"{options.layout} layout, SAM's time interval {options.interval}, seed {options.seed}\n", flush=True)
    random.seed(options.seed)
    results = [run(setup, name) for name in options.scenarios]
    tables.print_moment("end")
    if options.results:
        tables.write_results(options.results)
    return all(results)


def main():
    options = parse()
    try:
        setup = Setup(options)
        reaper.go_on_below(setup.clean)
        if not run_all(setup):
            sys.exit(1)
    except machine.Failure as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
