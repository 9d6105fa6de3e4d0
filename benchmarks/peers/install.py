"""Installs what is missing from Debian, without letting it start anything."""
import os
import shutil
import subprocess
import sys

from peers import PEERS

LIBSAM = {"/usr/include/corosync/sam.h": "libsam-dev", "/usr/bin/gcc": "gcc", "/usr/include/stdio.h": "libc6-dev"}
POLICY = "/usr/sbin/policy-rc.d"


def missing(names, needs_libsam):
    """The packages that peers, and the C program, need and that are not there."""
    packages = [package for name in names if not PEERS[name].is_installed() for package in PEERS[name].package.split()]
    if not shutil.which("mvn"):
        packages.append("maven")
    if needs_libsam:
        packages += [package for file, package in LIBSAM.items() if not os.path.exists(file)]
    return packages


class NoDaemons:
    """Maintainer scripts start nothing for as long as a with statement lasts."""

    def __enter__(self):
        self.is_ours = not os.path.exists(POLICY)
        if self.is_ours:
            with open(POLICY, "x") as file:
                file.write("#!/bin/sh\nexit 101\n")
            os.chmod(POLICY, 0o755)

    def __exit__(self, *failure):
        if self.is_ours:
            os.remove(POLICY)


def install(packages):
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with NoDaemons():
        for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages]):
            result = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                    stderr=subprocess.STDOUT, text=True)
            if result.returncode:
                sys.exit(f"{' '.join(command)} failed; it needs root.\n{result.stdout[-2000:]}")


def provide(names, needs_libsam, may_install):
    """Install what is missing if that is wished, else say what is left out."""
    packages = missing(names, needs_libsam)
    if packages and may_install:
        install(packages)
        packages = missing(names, needs_libsam)
    if packages:
        print(f"Left out is what needs these packages: apt-get install {' '.join(packages)}", flush=True)
