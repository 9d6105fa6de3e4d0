#!/usr/bin/env python3
"""How many connections are refused, and how many requests lost, while instances of an application change.

Each failure is one signal to the active instance under clients at full speed, half of which keep their connection:
SIGKILL with a hot spare, SIGKILL without one, SIGSTOP without one, and planned replacements, each to a jar that answers
with the next version; each with sam.connections.hold and without. A client repeats nothing. Ends with an error if, with
hold, a connection is refused, a client loses more than one request by a failure, or any by a replacement, or if the
watchdog grows. Needs the jars of the applications (mvn -DskipTests package).

  benchmarks/connections.py --hot 50 --cold 20 --stop 10 --replace 30      # the whole: an hour on two cores
  benchmarks/connections.py --server jetty --replace 30                    # or netty
  benchmarks/connections.py --hot 2 --cold 1 --stop 1 --replace 1          # to try it out
  benchmarks/connections.py --many 1000                                    # does the watchdog grow with replacements?
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
JARS = {"tomcat": ROOT / "sample-app/target/sample-app.jar",
        "jetty": ROOT / "acceptance-tests/jetty-app/target/jetty-app-exec.jar",
        "netty": ROOT / "acceptance-tests/reactive-app/target/reactive-app-exec.jar"}
PATIENCE = 300


class Clients:
    """Send one request after the other until they are closed."""

    def __init__(self, port, count, pause):
        self.port, self.pause, self.over, self.lock = port, pause, False, threading.Lock()
        self.served, self.refused, self.lost, self.longest, self.ended = 0, 0, 0, 0.0, []
        self.threads = [threading.Thread(target=self.work, args=(i % 2 == 0,), daemon=True) for i in range(count)]
        for thread in self.threads:
            thread.start()

    def work(self, keeps):
        connection, versions, lost, last_answer = None, [], 0, 0.0
        while not self.over:
            begun, what, connection_is_kept = time.monotonic(), "refused", connection is not None
            try:
                if connection is None:
                    connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
                what = "lost"
                last, version = ask(connection, keeps)
                what, last_answer = "served", time.monotonic()
                took = last_answer - begun
                if versions[-1:] != [version]:
                    versions.append(version)
                if last:
                    connection = close(connection)
                time.sleep(self.pause)
            except (OSError, EOFError, ValueError) as failure:
                if what == "lost":
                    kept = connection_is_kept and f", {begun - last_answer:.2f} s after the answer before" or ""
                    print(f"Lost after {time.monotonic() - begun:.2f} s: {failure!r}{kept}", file=sys.stderr, flush=True)
                    lost += 1
                connection = close(connection)
                if what == "refused":
                    time.sleep(0.01)
            with self.lock:
                setattr(self, what, getattr(self, what) + 1)
                if what == "served":
                    self.longest = max(self.longest, took)
        close(connection)
        with self.lock:
            self.ended.append((versions, lost))

    def close(self):
        self.over = True
        for thread in self.threads:
            thread.join(PATIENCE)


def close(connection):
    if connection is not None:
        connection.close()


def ask(connection, keeps):
    """Return whether the connection ends with this answer, and which version has given it."""
    kind = "keep-alive" if keeps else "close"
    connection.sendall(f"GET /actuator/info HTTP/1.1\r\nHost: desk\r\nConnection: {kind}\r\n\r\n".encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += receive(connection)
    head, body = answer.split(b"\r\n\r\n", 1)
    if not head.startswith(b"HTTP/1.1 200"):
        raise ValueError(head)
    head = head.lower()
    if b"\r\ncontent-length:" in head:
        length = int(head.split(b"\r\ncontent-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += receive(connection)
    else:
        while not body.endswith(b"0\r\n\r\n"):
            body += receive(connection)
    version = re.search(rb'"release":"?(\d+)', body)
    return not keeps or b"\r\nconnection: close" in head, int(version.group(1))


def receive(connection):
    data = connection.recv(65536)
    if not data:
        raise EOFError
    return data


class Desk:
    """An application with versions."""

    def __init__(self, server, *options):
        with socket.socket() as any_port:
            any_port.bind(("127.0.0.1", 0))
            self.port = any_port.getsockname()[1]
        self.directory, self.server, self.version = tempfile.TemporaryDirectory(), server, 0
        self.release()
        command = ["java", "-jar", os.path.join(self.directory.name, "current.jar"), f"--server.port={self.port}", "--sam.restart.max-restarts=-1",
                   "--sam.restart.delay=0", "--sam.grace-period=0", "--sam.connections.longest-hold=5m",
                   "--management.endpoint.sam.access=unrestricted", "--management.info.env.enabled=true",
                   "--management.endpoints.web.exposure.include=health,info,sam", *options]
        with open(os.path.join(self.directory.name, "log"), "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            cwd=self.directory.name)

    def release(self):
        """Let the link lead to a jar of the next version."""
        self.version += 1
        jar = os.path.join(self.directory.name, f"{self.version}.jar")
        shutil.copyfile(JARS[self.server], jar)
        with zipfile.ZipFile(jar, "a") as content:
            content.writestr("BOOT-INF/classes/config/application.properties", f"info.release={self.version}\n")
        link = os.path.join(self.directory.name, "new")
        os.symlink(f"{self.version}.jar", link)
        os.replace(link, os.path.join(self.directory.name, "current.jar"))

    def sam(self, action=None):
        body = json.dumps({"action": action}).encode() if action else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/actuator/sam", body,
                                         {"Content-Type": "application/json", "Connection": "close"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)
        except OSError:
            return {}

    def wait(self, what, condition):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status = self.sam()
            if status.get("state") == "running" and condition(status):
                return status
            time.sleep(0.1)
        sys.exit(f"Not within {PATIENCE} s: {what}")

    def processes(self):
        """Count what runs in the directory of this application."""
        count = 0
        for process in pathlib.Path("/proc").glob("[0-9]*/cwd"):
            try:
                count += os.readlink(process) == self.directory.name
            except OSError:
                pass
        return count

    def close(self):
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.directory.cleanup()


def measure(server, kind, times, count, pause, hold):
    options = [f"--sam.connections.hold={str(hold).lower()}", "--sam.time-interval=1s" if kind == "stop" else
               "--sam.time-interval=10s"]
    if kind == "hot":
        options += ["--sam.standby=hot", "--sam.standby-delay=1s"]
    desk = Desk(server, *options)
    try:
        desk.wait("the first instance", lambda status: True)
        total, most = {"served": 0, "refused": 0, "lost": 0, "longest": 0.0}, 0
        for _ in range(times):
            before = desk.wait("a spare", lambda status: kind != "hot" or status["standby"]["state"] == "ready")
            clients = Clients(desk.port, count, pause)
            time.sleep(1)
            if kind == "replace":
                desk.release()
                desk.sam("replace")
            else:
                os.kill(before["pid"], signal.SIGSTOP if kind == "stop" else signal.SIGKILL)
            desk.wait("the next instance", lambda status: status["instanceId"] > before["instanceId"])
            time.sleep(1)
            clients.close()
            expected = [desk.version - 1, desk.version] if kind == "replace" else [desk.version]
            wrong = [versions for versions, _ in clients.ended if versions != expected]
            if wrong or len(clients.ended) != count:
                sys.exit(f"Not {expected}, but {wrong}")
            for name in ("served", "refused", "lost"):
                total[name] += getattr(clients, name)
            total["longest"] = max(total["longest"], clients.longest)
            most = max(most, *(lost for _, lost in clients.ended))
        print(f"| {server} | {kind} | {times} | {'yes' if hold else 'no'} | {total['served']} | {total['refused']} "
              f"| {total['lost']} | {most} | {total['longest']:.2f} s |", flush=True)
        return not hold or (total["refused"] == 0 and most <= (0 if kind == "replace" else 1))
    finally:
        desk.close()


def grow(server, times):
    """Replace again and again, and look at what the watchdog has."""
    desk = Desk(server, "--sam.connections.hold=true")
    print("| replacements | the watchdog's descriptors | its private memory | its threads | processes of the application "
          "| the instance's descriptors | run directories | files in them |\n" + "|---" * 8 + "|")
    try:
        status = desk.wait("the first instance", lambda status: True)
        watchdog = pathlib.Path("/proc") / str(status["watchdogPid"])
        step = max(1, times // 10)
        seen = []
        for done in range(times + 1):
            if done % step == 0:
                rollup = (watchdog / "smaps_rollup").read_text()
                private = sum(map(int, re.findall(r"Private_(?:Clean|Dirty):\s+(\d+)", rollup)))
                runs = list(pathlib.Path("/dev/shm").glob(f"sam-{status['watchdogPid']}-*"))
                seen.append((entries(watchdog / 'fd'), private / 1024, entries(watchdog / 'task'), sum(map(entries, runs))))
                print(f"| {done} | {entries(watchdog / 'fd')} | {private / 1024:.1f} MiB | {entries(watchdog / 'task')} "
                      f"| {desk.processes()} | {entries(pathlib.Path('/proc') / str(status['pid']) / 'fd')} "
                      f"| {len(runs)} | {sum(map(entries, runs))} |", flush=True)
            if done < times:
                desk.sam("replace")
                status = desk.wait("the next instance", lambda status: status["instanceId"] == done + 1)
        # after a tenth everything is loaded
        for name, before, after, more in zip(("descriptors", "MiB", "threads", "files"), seen[1], seen[-1], (2, 1, 1, 45)):
            if after > before + more:
                sys.exit(f"The watchdog has grown: {before:.1f} {name} became {after:.1f}")
    finally:
        desk.close()


def entries(directory):
    return len(list(directory.iterdir()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for kind in ("hot", "cold", "stop", "replace"):
        parser.add_argument(f"--{kind}", type=int, default=0, metavar="N", help=f"how often '{kind}' is done")
    parser.add_argument("--many", type=int, default=0, metavar="N", help="replace N times, and look at the watchdog")
    parser.add_argument("--without", type=int, metavar="N", help="without hold at most so often; default: as often")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--pause", type=float, default=0, help="of a client between two requests, in seconds")
    parser.add_argument("--server", choices=JARS, default="tomcat")
    arguments = parser.parse_args()
    if not JARS[arguments.server].exists():
        sys.exit(f"There is no {JARS[arguments.server]}: mvn -DskipTests package")
    if arguments.many:
        grow(arguments.server, arguments.many)
        return
    print("| server | what | times | hold | requests served | connections refused | requests lost | of one client at once "
          "| longest wait |")
    print("|---|---|---|---|---|---|---|---|---|")
    met = True
    for kind in ("hot", "cold", "stop", "replace"):
        for hold in (True, False):
            times = getattr(arguments, kind)
            if not hold and arguments.without is not None:
                times = min(times, arguments.without)
            if times:
                met &= measure(arguments.server, kind, times, arguments.clients, arguments.pause, hold)
    if not met:
        sys.exit("With hold, connections were refused or too many requests lost")


if __name__ == "__main__":
    main()
