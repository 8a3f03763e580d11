"""A Docker of the tests' own, beside the machine's: it can be killed, and its disk is a small one that can be full."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import docker
import requests

from tests.support.guarded_site import DOCKER_SOCKET, test_image

PATIENCE_S = 60.0
DISK_MIB = 1200


@dataclass
class OwnDocker:
    """One dockerd with a data root, an exec root and a socket of its own; no bridge, no rule of the firewall."""

    folder: Path
    image: str = ""
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def socket(self) -> Path:
        return self.folder / "docker.sock"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """It answers; it ends what a killed one left running, as Docker does without live-restore.

        It has a network of its own: `--bridge none` takes docker0 away wherever it finds it, and with the
        machine's docker0 the network of every other container.
        """
        command = [
            *("unshare", "--net", "--"),
            "dockerd",
            *("--host", f"unix://{self.socket}"),
            *("--data-root", str(self.data)),
            *("--exec-root", str(self.folder / "exec")),
            *("--pidfile", str(self.folder / "docker.pid")),
            *("--bridge", "none"),
            "--iptables=false",
        ]
        # a killed one's containerd died with it; where nobody reaps it, its number looks alive
        for noted in ("docker.pid", "exec/containerd/containerd.pid"):
            (self.folder / noted).unlink(missing_ok=True)
        with (self.folder / "dockerd.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        self._wait_until_it_answers(self._process)
        assert self._network() != Path("/proc/self/ns/net").readlink()

    def _network(self) -> Path:
        assert self._process
        return Path(f"/proc/{self._process.pid}/ns/net").readlink()

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        engine, end = docker.APIClient(base_url=f"unix://{self.socket}", version="1.41"), time.monotonic() + PATIENCE_S
        try:
            while not self._answers(engine):
                assert process.poll() is None, (self.folder / "dockerd.log").read_text()[-3000:]
                assert time.monotonic() < end, "dockerd does not answer"
                time.sleep(0.05)
        finally:
            engine.close()

    @staticmethod
    def _answers(engine: docker.APIClient) -> bool:
        with suppress(requests.RequestException, docker.errors.DockerException):
            return bool(engine.ping())
        return False

    def kill(self) -> None:
        """SIGKILL to dockerd, with which the kernel kills its containerd; what runs in containers lives on."""
        assert self._process
        self._process.kill()
        self._process.wait(PATIENCE_S)

    def freeze(self) -> None:
        """It takes connections (the kernel does) and answers nothing."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Ends it with its containerd; one that was killed is started again for it."""
        assert self._process
        if self._process.poll() is not None:
            self.start()
        self._process.send_signal(signal.SIGCONT)
        self._process.terminate()
        self._process.wait(PATIENCE_S)

    def inside(self) -> list[str]:
        """What runs in a container of this Docker, known to it or not: number and command of each process."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                lines = (folder / "mountinfo").read_text().splitlines()
                if any(line.split()[4] == "/" and f"{self.data}/" in line for line in lines):
                    found.append(f"{folder.name} {(folder / 'cmdline').read_text()}")
        return found

    def end_holders(self) -> None:
        """Ends what a killed Docker left of its own: processes that held containers and hold nothing any more."""
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (folder / "cmdline").read_text().split("\0")
                if words[0].endswith("containerd-shim-runc-v2") and any(f"{self.folder}/" in word for word in words):
                    os.kill(int(folder.name), signal.SIGKILL)

    def fill(self, leave: int = 0) -> Path:
        """Fill its disk but for some bytes; returns the file to remove."""
        filler = self.data / "filler"
        free = os.statvfs(self.data)
        with filler.open("wb", buffering=0) as stream:
            os.posix_fallocate(stream.fileno(), 0, max(1, free.f_bavail * free.f_frsize - leave - 65536))
            with suppress(OSError):
                while True:
                    stream.seek(0, os.SEEK_END)
                    stream.write(b"x" * 4096)
        return filler


@contextmanager
def own_docker(folder: Path) -> Iterator[OwnDocker]:
    """A Docker with the tests' image, on a disk of its own; nothing of it stays."""
    made = OwnDocker(folder)
    disk = folder / "disk"
    made.data.mkdir()
    with disk.open("wb") as stream:
        stream.truncate(DISK_MIB << 20)
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", disk], check=True)
    subprocess.run(["mount", "-o", "loop", disk, made.data], check=True)
    try:
        made.start()
        try:
            made.image = _copy_image(made)
            yield made
        finally:
            made.stop()
            made.end_holders()
    finally:
        _unmount_below(folder)


def _copy_image(made: OwnDocker) -> str:
    """The image of the guarded sites, brought over from the machine's Docker; its id stays the same."""
    theirs = docker.APIClient(base_url=f"unix://{DOCKER_SOCKET}", version="1.41")
    try:
        image = test_image(theirs)
    finally:
        theirs.close()
    with subprocess.Popen(["docker", "save", image], stdout=subprocess.PIPE) as saved:
        load = ["docker", "--host", f"unix://{made.socket}", "load", "--quiet"]
        subprocess.run(load, stdin=saved.stdout, check=True, capture_output=True)
    return image


def _unmount_below(folder: Path) -> None:
    points = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    for point in [each for each in points if each.startswith(f"{folder}/")][::-1]:
        subprocess.run(["umount", "--lazy", point], check=True)
