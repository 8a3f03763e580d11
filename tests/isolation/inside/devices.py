"""Devices: what lies in /dev, and whether one can be made."""

from __future__ import annotations

import os
import stat

from tests.isolation.inside.frame import Facts, Got, attempt, need, probe

USUAL = {
    "console", "core", "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout",
    "tty", "urandom", "zero",
}  # fmt: skip
TEMPTING = (
    "/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg", "/dev/fuse", "/dev/kvm", "/dev/net/tun", "/dev/vda", "/dev/sda",
    "/dev/nvme0n1", "/dev/loop-control", "/dev/loop0", "/dev/mapper/control", "/dev/snapshot", "/dev/vsock",
    "/dev/vhost-vsock", "/dev/vhost-net", "/dev/uinput", "/dev/hwrng", "/dev/cpu/0/msr", "/dev/nvidiactl", "/dev/dri",
)  # fmt: skip
WRITABLE = ("/home/datalab", "/projet", "/tmp", "/dev/shm", "/run/ws")
NULL, DISK = os.makedev(1, 3), os.makedev(254, 0)


@probe("Ouvrir un périphérique de la machine")
def devices_of_the_machine(facts: Facts) -> Got:
    need(os.path.exists("/dev/null"), "there is no /dev")
    found = [f"/dev/{name}" for name in sorted(set(os.listdir("/dev")) - USUAL)]
    return found + [each for path in TEMPTING for each in attempt(path, os.open, path, os.O_RDONLY)]


@probe("Fabriquer un périphérique (mknod) là où l'on peut écrire")
def devices_made(facts: Facts) -> Got:
    found = []
    for folder in WRITABLE:
        need(os.access(folder, os.W_OK), f"{folder} cannot be written")
        for kind, number in ((stat.S_IFCHR, NULL), (stat.S_IFBLK, DISK)):
            path = f"{folder}/.noeud-{kind}"
            found += attempt(path, os.mknod, path, kind | 0o666, number)
            if os.path.lexists(path):
                os.unlink(path)
    return found
