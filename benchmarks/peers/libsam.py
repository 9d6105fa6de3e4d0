"""The same two stories in C with libsam and in Java with SAM: a warn signal, and a health check."""
import json
import os
import statistics
import subprocess

from peers import machine, tables
from peers.machine import Failure

INTERVAL_MILLIS = 200
CHUNK = 10
CALLS = 1000000
WATCHDOG = "sam-watchdog/target/sam-watchdog.jar"
BENCHMARKS = "benchmarks/target/benchmarks.jar"
# what docs/modes.md recommends for external mode
WATCHDOG_FLAGS = """-Xint -XX:+UseSerialGC -Xms2m -Xmx8m -Xss256k -XX:ReservedCodeCacheSize=4m -XX:-UsePerfData
    -XX:TieredStopAtLevel=1 -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0
    -XX:AsyncDeflationInterval=0 -XX:GuaranteedSafepointInterval=0
    -Djdk.lang.Process.launchMechanism=FORK""".split()
PROGRAM = "io.github.samboot.benchmarks.SilentProgram"


def build(root, work):
    """Compile the C program, None without libsam, and the benchmarks where they are out of date."""
    program = os.path.join(work, "libsam-stories")
    if not os.path.exists(program):
        compiled = subprocess.run(["gcc", "-O2", "-Wall", "-o", program,
                                   os.path.join(root, "benchmarks/src/main/c/libsam-stories.c"), "-lsam"],
                                  stderr=subprocess.PIPE, text=True) if os.path.exists("/usr/bin/gcc") else None
        if not compiled or compiled.returncode:
            print("libsam is left out: apt-get install gcc libsam-dev"
                  + (f"\n{compiled.stderr}" if compiled else ""), flush=True)
            program = None
    sources = [os.path.join(folder, name) for folder, _, names in os.walk(os.path.join(root, "benchmarks/src"))
               for name in names if name.endswith(".java")]
    jar = os.path.join(root, BENCHMARKS)
    if not os.path.exists(jar) or os.path.getmtime(jar) < max(map(os.path.getmtime, sources)):
        subprocess.run(["mvn", "-q", "-Pbenchmarks", "-DskipTests", "-pl", "sam-watchdog,benchmarks", "-am", "package"],
                       cwd=root, check=True)
    return program


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


def watched(options, root, *program):
    return [options.java, *WATCHDOG_FLAGS, "-jar", os.path.join(root, WATCHDOG), "--", options.java, *program]


def warn(options, root, work):
    """Let instances fall silent, some of one, some of the other, and so on."""
    program = build(root, work)
    events = os.path.join(work, "warnings")
    commands = {}
    if program:
        commands["libsam"] = lambda count: [program, "warn", str(INTERVAL_MILLIS), str(count), events]
    commands["SAM"] = lambda count: watched(
        options, root, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx32m", "-XX:-UsePerfData",
        "-cp", os.path.join(root, BENCHMARKS), PROGRAM, str(INTERVAL_MILLIS), str(count), events)
    overshoots = {name: [] for name in commands}
    left = options.instances
    while left > 0:
        count = min(CHUNK, left)
        left -= count
        for name, command in commands.items():
            run(command(count), work, 60 + 5 * count)
            with open(events) as file:
                lines = [list(map(int, line.split())) for line in file]
            os.remove(events)
            if len(lines) != count:
                raise Failure(f"{name}: {len(lines)} warnings of {count} instances.")
            overshoots[name] += [(warned - sent) / 1e6 - INTERVAL_MILLIS for sent, warned in lines]
    print(f"warn: warn signal in the application later than {INTERVAL_MILLIS} ms after its last health check")
    best = min(statistics.median(values) for values in overshoots.values())
    tables.print_table(["", "instances", "median", "p99", "min", "max", "ratio"],
                       [[name, len(values), f"{statistics.median(values):.3f} ms",
                         f"{tables.percentile(values, 0.99):.3f} ms", f"{min(values):.3f} ms", f"{max(values):.3f} ms",
                         f"{statistics.median(values) / best:.2f}"] for name, values in overshoots.items()])


def health_check(options, root, work):
    """Call sam_hc_send a million times, and have JMH call hcSend."""
    program = build(root, work)
    figures = {}
    if program:
        figures["libsam sam_hc_send"] = [float(run([program, "hc", str(CALLS)], work, 300)) for _ in range(3)]
    result = os.path.join(work, "jmh.json")
    run(watched(options, root, "-jar", os.path.join(root, BENCHMARKS), "-f", "0", "-wi", "3", "-i", "5",
                "HeartbeatBenchmark", "-rf", "json", "-rff", result), work, 300)
    with open(result) as file:
        measured = {benchmark["benchmark"].rpartition(".")[2]: benchmark["primaryMetric"]
                    for benchmark in json.load(file)}
    figures["SAM hcSend"] = measured["hcSend"]["rawData"][0]
    tables.print_times("hc: one health check", figures, unit="ns", digits=1)
    print(f"System.nanoTime() alone, which hcSend includes: {measured['nanoTime']['score']:.1f} ns\n")
