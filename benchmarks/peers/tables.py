"""Tables, and the machine that they were measured on."""
import datetime
import json
import math
import os
import platform
import statistics
import subprocess

# what --results writes: median, minimum and maximum by scenario and peer
_results = {}


def record(scenario, values):
    """Keep the values of each peer for the file of results."""
    _results[scenario] = {name: [round(value, 3) for value in
                                 (statistics.median(measured), min(measured), max(measured))]
                          for name, measured in values.items() if measured}


def write_results(path):
    with open(path, "w") as file:
        json.dump({"date": f"{datetime.date.today()}", **_results}, file, indent=1)
        file.write("\n")


def print_table(header, rows):
    """Print rows of text below a header: the first column to the left, all others to the right."""
    widths = [max(len(str(row[column])) for row in [header, *rows]) for column in range(len(header))]
    for row in [header, *rows]:
        cells = [str(cell).rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join([str(row[0]).ljust(widths[0]), *cells]).rstrip())
    print(flush=True)


def spread(values, unit="s", digits=3):
    """Median, minimum and maximum as text."""
    return [f"{value:.{digits}f} {unit}" for value in (statistics.median(values), min(values), max(values))]


def print_times(what, times, unit="s", digits=3):
    """Print median, minimum and maximum of each, and the ratio of the medians to the best."""
    print(what)
    medians = {name: statistics.median(measured) for name, measured in times.items() if measured}
    best = min(medians.values(), default=0)
    rows = []
    for name, measured in times.items():
        if measured:
            rows.append([name, len(measured), *spread(measured, unit, digits), f"{medians[name] / best:.2f}"])
        else:
            rows.append([name, 0, "never", "never", "never", "-"])
    print_table(["", "runs", "median", "min", "max", "ratio"], rows)


def percentile(values, share):
    """The smallest value that so large a share of all values does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def installed_version(package):
    answer = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    return answer.stdout or "?"


def _field(path, name):
    """The first value of a name in a file of lines such as "MemTotal: 1 kB"."""
    with open(path) as file:
        return next((line.partition(":")[2].strip() for line in file if line.startswith(name)), "unknown")


def _revision(root):
    """The commit that is checked out, and whether something was changed since."""
    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True).stdout.strip()
    try:
        commit = git("rev-parse", "--short", "HEAD")
        return commit + " and changes" if commit and git("status", "--porcelain") else commit
    except FileNotFoundError:
        return ""


def print_machine(java, packages, root):
    """Print what the figures depend on."""
    version = subprocess.run([java, "-version"], capture_output=True, text=True).stderr.splitlines()
    memory = int(_field("/proc/meminfo", "MemTotal").split()[0]) / 1024 ** 2
    print(f"{os.cpu_count()} cores ({_field('/proc/cpuinfo', 'model name')}), {memory:.1f} GiB, "
          f"Linux {platform.release()}")
    print(next((line for line in version if "Runtime" in line), version[0]))
    revision = _revision(root)
    if revision:
        print(f"SAM for Spring Boot at {revision}")
    if packages:
        print(", ".join(f"{package} {installed_version(package)}" for package in packages))


def print_moment(what):
    print(f"{what}: {datetime.datetime.now().astimezone():%Y-%m-%d %H:%M %Z}, load {os.getloadavg()[0]:.1f}",
          flush=True)
