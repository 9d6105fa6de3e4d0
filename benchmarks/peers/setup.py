"""What all scenarios of a run have in common, and what is left to clean up after them."""
import os
import random
import shlex
import shutil
import tempfile

from peers import building, machine
from peers.supervisors import Application


class Setup:
    """A working directory, one on a tmpfs for what processes share, and the application in its layout."""

    def __init__(self, options):
        self.options = options
        self.work = tempfile.mkdtemp(prefix="sam-peers-")
        # no watchdog takes this for a run directory that somebody left
        self.shared = tempfile.mkdtemp(prefix="peers-of-sam-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        self.application = None

    def lay_out(self):
        java, options, jar = building.lay_out(self.options.java, shlex.split(self.options.java_options),
                                              self.options.layout, self.work)
        self.application = Application(java, options, jar, self.options.layout == "fat")

    def runs(self, otherwise=10):
        return self.options.runs or otherwise

    def seconds(self, otherwise):
        return self.options.seconds or otherwise

    def peers(self, classes, applications=None):
        """Peers of these classes, with the sample as it is or with an application for each."""
        return Peers(self, classes, applications or [self.application] * len(classes))

    def clean(self):
        for directory in (self.work, self.shared):
            shutil.rmtree(directory, ignore_errors=True)


class Peers:
    """Peers that have all ended at the end of a with statement, whatever happens."""

    def __init__(self, setup, classes, applications):
        self.directory = tempfile.mkdtemp(dir=setup.work)
        self.peers = [peer(application, self.directory, port, setup.options.interval, setup.shared)
                      for peer, application, port in zip(classes, applications, machine.free_ports(len(classes)))]

    def __enter__(self):
        return self.peers

    def __exit__(self, *failure):
        first = None
        for peer in self.peers:
            try:
                peer.end()
            except BaseException as error:  # another Ctrl-C: the others end all the same
                first = first or error
        machine.end_all_naming(self.directory + os.sep)
        if first:
            raise first


def shuffled(things):
    """All of them in random order: a machine that gets slower hits all alike, and nothing comes in step."""
    return random.sample(things, len(things))
