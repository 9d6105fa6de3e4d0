"""Tables, and the machine that they were measured on."""
import datetime
import math
import os
import platform
import statistics
import subprocess


def print_table(header, rows):
    """Print rows of text below a header: the first column to the left, all others to the right."""
    widths = [max(len(str(row[column])) for row in [header, *rows]) for column in range(len(header))]
    for row in [header, *rows]:
        cells = [str(cell).rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join([str(row[0]).ljust(widths[0]), *cells]).rstrip())
    print(flush=True)


def print_times(what, times, unit="s", digits=3):
    """Print median, minimum and maximum of each, and the ratio of the medians to the best."""
    print(what)
    medians = {name: statistics.median(measured) for name, measured in times.items() if measured}
    best = min(medians.values(), default=0)
    rows = []
    for name, measured in times.items():
        if measured:
            values = [medians[name], min(measured), max(measured)]
            rows.append([name, len(measured), *(f"{value:.{digits}f} {unit}" for value in values),
                         f"{medians[name] / best:.2f}"])
        else:
            rows.append([name, 0, "never", "never", "never", "-"])
    print_table(["", "runs", "median", "min", "max", "ratio"], rows)


def percentile(values, share):
    """The smallest value that so large a share of all values does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def installed_version(package):
    answer = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    return answer.stdout or "?"


def print_machine(java, packages, remarks):
    """Print what the figures depend on."""
    version = subprocess.run([java, "-version"], capture_output=True, text=True).stderr.splitlines()
    java_version = next((line for line in version if "Runtime" in line), version[0])
    print(f"{datetime.datetime.now().astimezone():%Y-%m-%d %H:%M %Z}, {os.cpu_count()} cores, "
          f"Linux {platform.release()}, load {os.getloadavg()[0]:.1f}")
    print(java_version)
    if packages:
        print(", ".join(f"{package} {installed_version(package)}" for package in packages))
    print(remarks, end="\n\n", flush=True)
