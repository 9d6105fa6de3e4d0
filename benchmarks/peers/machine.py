"""Processes that are started, found and ended here, and polling over HTTP."""
import http.client
import os
import random
import signal
import socket
import subprocess
import time

HEALTH = "/actuator/health"


class Failure(Exception):
    """Something that the script cannot go on without has not happened."""


def free_ports(count):
    """Ports below those that outgoing connections get: a poll must never take the port it waits for."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
        first_outgoing = int(file.read().split()[0])
    ports = []
    # not of the seed: two runs may have the same
    for port in random.SystemRandom().sample(range(first_outgoing // 2, first_outgoing), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        ports.append(port)
        if len(ports) == count:
            return ports
    raise Failure("There are not enough free ports.")


def get(port, path=HEALTH, timeout=2.0):
    """Return status and body; 0 if there is no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def wait_until(condition, patience, pause=0.05):
    """Return the first true value of a condition, or None after so many seconds."""
    deadline = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            return None
        time.sleep(pause)


def _stat(pid):
    with open(f"/proc/{pid}/stat", errors="replace") as file:
        return file.read().rpartition(")")[2].split()


def identity(pid):
    """A process id with the time at which the process started, None if there is no such process."""
    try:
        return (pid, int(_stat(pid)[19]))
    except (OSError, IndexError):
        return None


def is_alive(process):
    """Whether any thread of a process is left; a zombie is dead."""
    pid, started = process
    try:
        stat = _stat(pid)
        return int(stat[19]) == started and (stat[0] not in "ZX" or len(os.listdir(f"/proc/{pid}/task")) > 1)
    except (OSError, IndexError):
        return False


def age(process):
    """How many seconds ago a process started."""
    with open("/proc/uptime") as file:
        return float(file.read().split()[0]) - process[1] / os.sysconf("SC_CLK_TCK")


def _table():
    """State, parent and start of every process by its id."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            stat = _stat(pid)
            found[int(pid)] = stat[0], int(stat[1]), int(stat[19])
        except (OSError, IndexError):
            continue
    return found


def children(parent):
    """The processes that a process has as children now."""
    return [(pid, started) for pid, (state, of, started) in _table().items() if of == parent and state not in "ZX"]


def descendants():
    """The ids of all processes that descend from this one, zombies among them."""
    table = _table()
    found = {os.getpid()}
    while True:
        more = {pid for pid, (_, parent, _) in table.items() if parent in found} - found
        if not more:
            return found - {os.getpid()}
        found |= more


def naming(directory):
    """The processes that have the name of a directory in their command line: nobody else knows it."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", errors="replace") as file:
                if directory in file.read() and int(pid) != os.getpid():
                    found.append(identity(int(pid)))
        except OSError:
            continue
    return [process for process in found if process and is_alive(process)]


def send(process, number):
    """Send a signal, unless the process is gone."""
    if is_alive(process):
        try:
            os.kill(process[0], number)
        except ProcessLookupError:
            pass


def start(command, directory, log):
    """Start a command in a session of its own: Ctrl-C is for the script, which then ends what it started."""
    with open(log, "ab") as output:
        return subprocess.Popen(command, cwd=directory, stdin=subprocess.DEVNULL, stdout=output,
                                stderr=subprocess.STDOUT, start_new_session=True)


def end(process, patience=15):
    """End a process that was started here: SIGTERM, later SIGKILL."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(patience)


def end_all_naming(directory):
    """Kill what is left of the processes that name a directory."""
    wait_until(lambda: not naming(directory), 2)
    for _ in range(10):
        left = naming(directory)
        for process in left:
            send(process, signal.SIGKILL)
        if not left or wait_until(lambda: not naming(directory), 1):
            return
