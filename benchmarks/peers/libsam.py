"""The same two stories in C with libsam and in Java with SAM: a warn signal, and a heartbeat."""
import json
import os
import statistics
import subprocess

from peers import building, machine, recovery, tables
from peers.machine import Failure
from peers.sam import watched
from peers.setup import shuffled

INTERVAL_MILLIS = 200
CHUNK = 10
CALLS = 1000000
VALUES = 10
PROGRAM = "io.github.samboot.benchmarks.SilentProgram"
SMALL_JVM = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx32m", "-XX:-UsePerfData"]


def run(command, work, patience):
    """Run a command to its end; return what it printed."""
    log = os.path.join(work, "output")
    if os.path.exists(log):
        os.remove(log)
    process = machine.start(command, work, log)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        raise Failure(f"{command[0]} did not end within {patience} s.") from None
    finally:
        machine.end(process)
        machine.end_all_naming(work)
    with open(log, errors="replace") as file:
        output = file.read()
    if process.returncode:
        raise Failure(f"{command[0]} ended with {process.returncode}:\n{output[-2000:]}")
    return output


def run_jmh(command, work, patience):
    """Run JMH; return the values of the iterations by the name of the benchmark."""
    result = os.path.join(work, "jmh.json")
    run([*command, "-wi", "3", "-i", str(VALUES), "-rf", "json", "-rff", result], work, patience)
    with open(result) as file:
        return {benchmark["benchmark"].rpartition(".")[2]: benchmark["primaryMetric"]["rawData"][0]
                for benchmark in json.load(file)}


def prepare(setup):
    """Build both programs; return the one in C, None without libsam."""
    building.build_benchmarks()
    program = building.compile_c(setup.work)
    recovery.await_quiet(setup.options.noisy)
    return program


def warn(setup, _):
    """Let instances fall silent, some of one, some of the other, and so on."""
    program = prepare(setup)
    events = os.path.join(setup.work, "warnings")
    java = setup.options.java
    commands = {}
    if program:
        commands["libsam"] = lambda count: [program, "warn", str(INTERVAL_MILLIS), str(count), events]
    commands["SAM"] = lambda count: watched(java, setup.shared, [
        java, *SMALL_JVM, "-cp", building.BENCHMARKS, PROGRAM, str(INTERVAL_MILLIS), str(count), events])
    overshoots = {name: [] for name in commands}
    left = setup.options.instances
    while left > 0:
        count = min(CHUNK, left)
        left -= count
        for name in shuffled(list(commands)):
            run(commands[name](count), setup.work, 60 + 5 * count)
            with open(events) as file:
                lines = [list(map(int, line.split())) for line in file]
            os.remove(events)
            if len(lines) != count:
                raise Failure(f"{name}: {len(lines)} warnings of {count} instances.")
            overshoots[name] += [(warned - sent) / 1e6 - INTERVAL_MILLIS for sent, warned in lines]
    print(f"warn signal in the application later than {INTERVAL_MILLIS} ms after its last heartbeat")
    best = min(statistics.median(values) for values in overshoots.values())
    tables.print_table(["", "instances", "median", "min", "max", "p99", "ratio"],
                       [[name, len(values), *tables.spread(values, "ms"), f"{tables.percentile(values, 0.99):.3f} ms",
                         f"{statistics.median(values) / best:.2f}"] for name, values in overshoots.items()])


def health_check(setup, _):
    """Call sam_hc_send a million times, and have JMH call hcSend."""
    program = prepare(setup)
    java = setup.options.java
    figures = {}
    if program:
        figures["libsam sam_hc_send"] = [float(run([program, "hc", str(CALLS)], setup.work, 300))
                                         for _ in range(VALUES)]
    measured = run_jmh(watched(java, setup.shared, [
        java, "-jar", building.BENCHMARKS, "-f", "0", "HeartbeatBenchmark"]), setup.work, 300)
    figures["SAM hcSend"] = measured["hcSend"]
    tables.print_times("one heartbeat", figures, unit="ns", digits=1)
    print("System.nanoTime() alone, which hcSend includes: median {}, min {}, max {}\n".format(
        *tables.spread(measured["nanoTime"], "ns", 1)), flush=True)


def codec(setup, _):
    """Have JMH encode and decode the frames on the socket between application and watchdog."""
    building.build_benchmarks()
    recovery.await_quiet(setup.options.noisy)
    measured = run_jmh([setup.options.java, "-jar", building.BENCHMARKS, "FrameCodecBenchmark"], setup.work, 600)
    print("a frame on the socket, payload included; the answer is that to a question for the status")
    tables.print_table(["", "runs", "median", "min", "max"],
                       [[name, len(values), *tables.spread(values, "ns", 0)]
                        for name, values in sorted(measured.items())])
