#!/usr/bin/env python3
"""A waiting hot spare of two builds, side by side: its private memory, and the time from SIGKILL to the first answer.

Usage: benchmarks/spare.py OLD.jar NEW.jar [ROUNDS [JAVA [ARGUMENT ...]]]     (jars of the sample application; on a quiet
machine; the arguments are those of the new one alone, such as --sam.standby-requests=/orders,/actuator/sam)
"""
import json
import os
import signal
import statistics
import subprocess
import sys
import time
import urllib.request

SETTLED = 7


class Desk:
    """One build of the sample application, supervised, with a hot spare."""

    def __init__(self, name, jar, port, java, arguments=()):
        self.name, self.url = name, f'http://127.0.0.1:{port}'
        self.spare, self.active, self.seconds = [], [], []
        self.process = subprocess.Popen(
            [java, '-jar', jar, f'--server.port={port}', '--sam.standby=hot', '--sam.standby-delay=1s',
             '--sam.grace-period=0s', '--sam.restart.delay=0s', '--sam.restart.max-restarts=1000', *arguments],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if not name.startswith('SAM')})

    def get(self, path, timeout=1):
        with urllib.request.urlopen(self.url + path, timeout=timeout) as answer:
            return answer.read()

    def status(self):
        return json.loads(self.get('/actuator/sam', 5))

    def await_spare(self):
        end = time.time() + 180
        while time.time() < end:
            try:
                status = self.status()
                if status['standby']['state'] == 'ready':
                    time.sleep(SETTLED)
                    return status
            except OSError:
                pass
            time.sleep(0.1)
        raise SystemExit(f'{self.name}: no spare is ready after three minutes')

    def round(self):
        status = self.await_spare()
        self.spare.append(private(status['standby']['pid']))
        self.active.append(private(status['pid']))
        begin = time.time()
        os.kill(status['pid'], signal.SIGKILL)
        while time.time() - begin < 60:
            try:
                self.get('/orders', 0.5)
                seconds = time.time() - begin
                if self.status()['pid'] != status['pid']:
                    self.seconds.append(seconds)
                    break
            except OSError:
                time.sleep(0.001)

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()


def private(pid):
    """MiB of pages that no other process maps."""
    with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as lines:
        return sum(int(line.split()[1]) for line in lines if line.startswith('Private_')) / 1024


def main():
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    java = sys.argv[4] if len(sys.argv) > 4 else 'java'
    desks = []
    try:
        desks = [Desk('old', sys.argv[1], 18081, java), Desk('new', sys.argv[2], 18082, java, sys.argv[5:])]
        for number in range(rounds):
            for desk in desks if number % 2 == 0 else reversed(desks):
                desk.round()
        for desk in desks:
            print(f'{desk.name}: spare {statistics.median(desk.spare):.0f} MiB private,'
                  f' active instance {statistics.median(desk.active):.0f} MiB;'
                  f' SIGKILL to first answer {statistics.median(desk.seconds):.3f} s'
                  f' ({min(desk.seconds):.3f} to {max(desk.seconds):.3f})')
    finally:
        for desk in desks:
            desk.end()


if __name__ == '__main__':
    main()
