"""SAM as a peer: without a spare, with a warm or a hot one, and started by the watchdog."""
import json

from peers import building, machine
from peers.supervisors import Peer

# what docs/modes.md recommends for external mode
WATCHDOG_FLAGS = """-Xint -XX:+UseSerialGC -Xms2m -Xmn768k -Xmx8m -Xss256k -XX:ReservedCodeCacheSize=4m -XX:-UsePerfData
    -XX:TieredStopAtLevel=1 -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0
    -XX:AsyncDeflationInterval=0 -XX:GuaranteedSafepointInterval=0
    -XX:MinHeapFreeRatio=5 -XX:MaxHeapFreeRatio=10
    -Djdk.lang.Process.launchMechanism=FORK""".split()


def watched(java, shared, command):
    """A command below a watchdog that makes its run directory in a shared one."""
    return [java, *WATCHDOG_FLAGS, "-jar", building.WATCHDOG, f"--run-directory-parent={shared}", "--", *command]


class Sam(Peer):
    """The launched process becomes the watchdog, and the application is its child."""

    name = "sam-cold"
    standby = "none"
    threads = "sam-"

    def arguments(self):
        # nobody is left behind when the watchdog is killed, no file when all are
        arguments = [f"--sam.time-interval={self.interval}", "--sam.grace-period=0s",
                     "--sam.restart.max-restarts=-1", "--sam.restart.delay=0s",
                     "--sam.watchdog.on-loss=exit", f"--sam.watchdog.run-directory={self.shared}"]
        if self.standby != "none":
            arguments += [f"--sam.standby={self.standby}", "--sam.standby-delay=1s"]
        return arguments

    def command(self):
        return self.application.command(self.port, self.temporary, arguments=self.arguments())

    def status(self):
        status, body = machine.get(self.port, "/actuator/sam")
        return json.loads(body) if status == 200 else {}

    def is_ready(self):
        status = self.is_up() and self.status()
        return status and status["state"] == "running" and (
            self.standby == "none" or (status.get("standby") or {}).get("state") == "ready")

    def instance(self):
        pid = self.status().get("pid")
        return machine.identity(pid) if pid else None

    def recoveries(self):
        return self.status().get("recoveries")

    def spare(self):
        return (self.status().get("standby") or {}).get("pid")


class SamWarm(Sam):
    name = "sam-warm"
    standby = "warm"


class SamHot(Sam):
    name = "sam-hot"
    standby = "hot"

    def arguments(self):
        return [*super().arguments(), "--sam.standby-requests=/actuator/health"]


class SamFast(Sam):
    """Without a spare; later starts are prepared before the first failure."""

    name = "sam-fast"

    def arguments(self):
        return [*super().arguments(), "--sam.fast-start.enabled=true", "--sam.fast-start.delay=1s",
                f"--sam.fast-start.directory={self.path('fast-start')}"]

    def is_ready(self):
        return super().is_ready() and self.status()["fastStart"]["state"] in ("prepared", "used")


class SamExternal(Sam):
    """The watchdog is launched, and starts the application."""

    name = "sam-external"

    def command(self):
        return watched(self.application.java, self.shared, super().command())
