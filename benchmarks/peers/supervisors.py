"""How each peer is told to supervise the sample application: every one at its tightest."""
import os
import shlex
import shutil
import signal
import time

from peers import machine
from peers.machine import Failure

MAIN_CLASS = "io.github.samboot.sample.SampleApplication"
LOOKS_AT_THE_PROCESS = "it looks at the process, not at the application"


class Application:
    """The sample application in a layout, and what every command line of it begins with."""

    def __init__(self, java, options, jar, is_fat=False):
        self.java = java
        self.options = options
        self.jar = jar
        self.main_class = "org.springframework.boot.loader.launch.JarLauncher" if is_fat else MAIN_CLASS

    def command(self, port, temporary, jvm=(), arguments=()):
        return [self.java, *self.options, f"-Djava.io.tmpdir={temporary}", *jvm, "-jar", self.jar,
                f"--server.port={port}", *arguments]


class Peer:
    """A supervisor with one application on a port of its own."""

    package = ""
    programs = ()
    # why it does not notice that an application hangs, None if it does
    hang_blindness = None
    # how the names of those threads begin that it has in the application
    threads = None

    def __init__(self, application, directory, port, interval, shared):
        self.application = application
        self.directory = os.path.join(directory, self.name)
        self.temporary = os.path.join(self.directory, "tmp")
        self.port = port
        self.interval = interval
        self.shared = shared
        self.process = None
        self.began = None
        self.log = os.path.join(self.directory, "log")

    @classmethod
    def is_installed(cls):
        return all(shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin") for program in cls.programs)

    def plain(self):
        """The command of the application without SAM."""
        return self.application.command(self.port, self.temporary, ["-Dsam.watchdog.mode=off"])

    def files(self):
        """What is written into the directory: name, text and mode."""
        return {}

    def path(self, name):
        return os.path.join(self.directory, name)

    def start(self):
        os.makedirs(self.temporary)
        for name, (text, mode) in self.files().items():
            os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
            with open(self.path(name), "w") as file:
                file.write(text)
            os.chmod(self.path(name), mode)
        self.began = time.monotonic()
        self.process = machine.start(self.command(), self.directory, self.log)

    def is_up(self):
        if self.process.poll() is not None:
            raise Failure(f"{self.name} ended by itself:\n{self.tail()}")
        return machine.get(self.port)[0] == 200

    def is_ready(self):
        """Whether a failure may come: all that prepares for it is done."""
        return self.is_up()

    def instance(self):
        """The process that is the application now."""
        found = machine.children(self.process.pid)
        return found[0] if len(found) == 1 else None

    def supervisor(self):
        return self.process.pid

    def recoveries(self):
        """How many recoveries the supervisor itself has counted, None if it does not say."""
        return None

    def spare(self):
        """The process id of a spare application, None without one."""
        return None

    def tail(self):
        with open(self.log, errors="replace") as file:
            return "".join(file.readlines()[-12:])

    def end(self):
        if self.process:
            for process in machine.naming(self.directory + os.sep):
                machine.send(process, signal.SIGCONT)
            machine.end(self.process)
            machine.end_all_naming(self.directory + os.sep)

    def configuration(self):
        lines = [f"{self.name}:", "    " + shlex.join(self.command())]
        for name, (text, mode) in self.files().items():
            lines += [f"    {self.path(name)} ({mode:o}):", *("        " + line for line in text.splitlines())]
        return "\n".join(lines)


class Alone(Peer):
    """The application without a supervisor."""

    name = "alone"

    def command(self):
        return self.plain()

    def instance(self):
        return machine.identity(self.process.pid)


class Runit(Peer):
    name = "runit"
    package = "runit"
    programs = ("runsv",)
    hang_blindness = LOOKS_AT_THE_PROCESS

    def files(self):
        return {"service/run": (f"#!/bin/sh\nexec {shlex.join(self.plain())}\n", 0o755)}

    def command(self):
        return ["runsv", self.path("service")]


class S6(Peer):
    """A service that has said that it is up is restarted at once, any other a second after its start or its end."""

    name = "s6"
    package = "s6"
    programs = ("s6-supervise",)
    hang_blindness = LOOKS_AT_THE_PROCESS

    def files(self):
        return {"service/notification-fd": ("3\n", 0o644),
                "service/run": (f"#!/bin/sh\necho >&3\nexec 3>&-\nexec {shlex.join(self.plain())}\n", 0o755)}

    def command(self):
        return ["s6-supervise", self.path("service")]


class Supervisord(Peer):
    name = "supervisord"
    package = "supervisor"
    programs = ("supervisord",)
    hang_blindness = "its httpok plug-in (superlance) is not in Debian"

    def files(self):
        return {"supervisord.conf": (f"""[supervisord]
nodaemon=true
pidfile={self.path("supervisord.pid")}
logfile=/dev/null
logfile_maxbytes=0

[program:app]
command={shlex.join(self.plain()).replace("%", "%%")}
autorestart=true
startsecs=0
startretries=1000000
redirect_stderr=true
stdout_logfile={self.path("application.log")}
""", 0o644)}

    def command(self):
        return ["supervisord", "-c", self.path("supervisord.conf")]


class Monit(Peer):
    """Monit overlooks failed checks for as long as a start may take, so that is waited for before a failure."""

    name = "monit"
    package = "monit"
    programs = ("monit",)
    start_seconds = 10

    def files(self):
        return {"start": (f"""#!/bin/sh
{shlex.join(self.plain())} >>{self.path("application.log")} 2>&1 &
echo $! >{self.path("pid")}
""", 0o755), "stop": (f"#!/bin/sh\nkill -KILL $(cat {self.path('pid')})\n", 0o755), "monitrc": (f"""set daemon 1
set log {self.path("monit.log")}
set pidfile {self.path("monit.pid")}
set idfile {self.path("monit.id")}
set statefile {self.path("monit.state")}
check process app with pidfile {self.path("pid")}
	start program = "{self.path("start")}" with timeout {self.start_seconds} seconds
	stop program = "{self.path("stop")}"
	if not exist for 1 cycles then start
	if failed host 127.0.0.1 port {self.port} protocol http request "{machine.HEALTH}"
		with timeout 1 seconds for 1 cycles then restart
""", 0o600)}

    def is_ready(self):
        instance = self.instance()
        return instance and machine.age(instance) > self.start_seconds + 2 and self.is_up()

    def command(self):
        return ["monit", "-I", "-c", self.path("monitrc")]

    def instance(self):
        try:
            with open(self.path("pid")) as file:
                return machine.identity(int(file.read()))
        except (OSError, ValueError):
            return None

    def end(self):
        # it leaves the application running when it ends
        if self.process:
            machine.end(self.process)
            machine.send(self.instance() or (0, 0), signal.SIGTERM)
        super().end()


class Tanuki(Peer):
    name = "tanuki"
    package = "service-wrapper"
    programs = ("wrapper",)
    threads = "Wrapper"

    def files(self):
        settings = {
            "wrapper.java.command": self.application.java,
            "wrapper.java.mainclass": "org.tanukisoftware.wrapper.WrapperSimpleApp",
            "wrapper.java.classpath.1": "/usr/share/java/wrapper.jar",
            "wrapper.java.classpath.2": self.application.jar,
            "wrapper.java.library.path.1": "/usr/lib/jni",
            "wrapper.app.parameter.1": self.application.main_class,
            "wrapper.app.parameter.2": f"--server.port={self.port}",
            "wrapper.restart.delay": 0,
            "wrapper.ping.interval": 1,
            "wrapper.ping.timeout": 6,
            "wrapper.max_failed_invocations": 1000000,
            "wrapper.successful_invocation_time": 1,
            "wrapper.logfile": "",
        }
        options = [*self.application.options, f"-Djava.io.tmpdir={self.temporary}", "-Dsam.watchdog.mode=off"]
        for number, option in enumerate(options, 1):
            settings[f"wrapper.java.additional.{number}"] = option
        return {"wrapper.conf": ("".join(f"{key}={value}\n" for key, value in settings.items()), 0o644)}

    def command(self):
        return [shutil.which("wrapper") or "/usr/sbin/wrapper", "-c", self.path("wrapper.conf")]
