"""A process above the script, like the first one of a container: it reaps orphans, and leaves nobody behind."""
import ctypes
import os
import signal
import time

from peers import machine

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# of prctl(2)
SIGNAL_AT_PARENTS_DEATH = 1
ADOPT_ORPHANS = 36


def end_descendants(patience=30):
    """Kill all that descends from this process, which has adopted whoever lost its parent."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        left = machine.descendants()
        if not left:
            return
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.02)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
    print(f"These processes do not end: {sorted(machine.descendants())}", flush=True)


def stop(number, _):
    raise SystemExit(128 + number)


def go_on_below(clean):
    """Go on in a child, which gets the signals; when that has ended, end all that is left, and clean up."""
    prctl = ctypes.CDLL(None).prctl
    prctl(ADOPT_ORPHANS, 1, 0, 0, 0)
    child = os.fork()
    if not child:
        # Ctrl-C comes from above, once
        os.setpgid(0, 0)
        prctl(SIGNAL_AT_PARENTS_DEATH, signal.SIGTERM, 0, 0, 0)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop)
        return
    for number in SIGNALS:
        signal.signal(number, lambda number, _: os.kill(child, number))
    ended = status = 0
    while ended != child:
        ended, status = os.wait()
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    end_descendants()
    clean()
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)
