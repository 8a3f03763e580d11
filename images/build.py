"""An image is named by the digest of what it is made from, and built only when that name is missing.

    python3 images/build.py [--only NAME] [--out images.json] [--plain]
    python3 images/build.py extract NAME PATH DESTINATION
    python3 images/build.py clean

Standard library only: it runs before anything is installed. BASE_IMAGE names another base than ours;
DEBIAN_MIRROR names another place for Debian's packages. Docker is found as the `docker` command finds it.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

IMAGES = Path(__file__).resolve().parent
REQUIREMENTS = IMAGES.parent / "requirements"
CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
OWN_CERTIFICATES = Path("/usr/local/share/ca-certificates")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


class BuildError(Exception):
    """Raised when an image cannot be made; the message says which, at what step, and what to do."""


@dataclass(frozen=True)
class Image:
    """One folder of `images/`; `requirements` is the lock file put beside its Dockerfile.

    `copies_from`: another image, of which it holds files; its Dockerfile knows the tag as SOURCE.
    """

    name: str
    requirements: str | None = None
    copies_from: str | None = None
    by_default: bool = True


BASE = Image("base")
ALL = (
    BASE,
    Image("workspace-python", requirements="workspace.txt"),
    Image("front", copies_from="workspace-python"),
    Image("directory"),
    Image("assets"),
    Image("plain-jupyter", requirements="plain.txt", by_default=False),
)
BY_NAME = {image.name: image for image in ALL}


def files_of(image: Image) -> Iterator[tuple[str, Path]]:
    """What the image is made from: (name in the build context, file), sorted by name."""
    folder = IMAGES / image.name
    own = [(path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file()]
    shared = [("with-ca", IMAGES / "with-ca")]
    locked = [("requirements.txt", REQUIREMENTS / image.requirements)] if image.requirements else []
    yield from sorted(entry for entry in own + shared + locked if "__pycache__" not in entry[0])


def digest_of(image: Image, base: str) -> str:
    """The first 12 hexadecimal digits of the digest of the files, their execute bits and the base's name."""
    digest = hashlib.sha256(base.encode())
    for name, path in files_of(image):
        executable = os.access(path, os.X_OK) and bool(path.stat().st_mode & 0o100)
        digest.update(f"\0{name}\0{executable}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def tags_of(images: Sequence[Image], base_image: str) -> dict[str, str]:
    """Tags by image name; the base's is part of every other, that of a source part of who copies from it."""
    base = f"datalab/base:{digest_of(BASE, base_image)}"
    tags = {BASE.name: base}
    for image in with_sources(images):
        source = tags[image.copies_from] if image.copies_from else ""
        tags[image.name] = f"datalab/{image.name}:{digest_of(image, f'{base}{source}')}"
    return tags


def with_sources(images: Sequence[Image]) -> list[Image]:
    """The images but the base, each after the one that it copies from."""
    sources = [BY_NAME[image.copies_from] for image in images if image.copies_from]
    return [image for image in dict.fromkeys([*sources, *images]) if image != BASE]


def docker(*arguments: str) -> str:
    """What the command printed; a failure is a BuildError with its last lines."""
    return run(["docker", *arguments])


def run(command: Sequence[str]) -> str:
    """What the command printed; a failure is a BuildError with its last lines."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).splitlines()[-25:])
        raise BuildError(f"{' '.join(command[:3])} : échec (code {done.returncode})\n{last}")
    return done.stdout


def id_of(tag: str) -> str | None:
    """The id of a present image, else None."""
    done = subprocess.run(
        ["docker", "image", "inspect", "--format", "{{.Id}}", tag], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else None


def certificates(bundle: Path = CA_BUNDLE, own: Path = OWN_CERTIFICATES) -> bytes:
    """The machine's bundle when it has certificates of its own, else nothing."""
    return bundle.read_bytes() if bundle.is_file() and any(own.glob("*.crt")) else b""


def write_context(image: Image, folder: Path) -> None:
    """All that the Dockerfile may copy, and the certificates, which stay in build stages."""
    for name, path in files_of(image):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
        target.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
    (folder / "ca-bundle.crt").write_bytes(certificates())


def build_arguments(given: Mapping[str, str], environment: Mapping[str, str]) -> list[str]:
    """Docker's options: our arguments, then the proxies of the environment, which Docker keeps out of the image."""
    proxies = {name: environment[name] for name in PROXIES if environment.get(name)}
    return [part for name, value in {**given, **proxies}.items() for part in ("--build-arg", f"{name}={value}")]


def build(image: Image, tag: str, arguments: Mapping[str, str]) -> None:
    """The image is made from a context of its own, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="datalab-image-") as folder:
        write_context(image, Path(folder))
        docker("build", "--force-rm", "--tag", tag, *build_arguments(arguments, os.environ), folder)


def build_base(tag: str, base_image: str, mirror: str) -> None:
    """Ours is made by mmdebstrap, without any registry of images; another one gets the same packages and treatment."""
    if base_image:
        build(BASE, tag, {"BASE_IMAGE": base_image})
        return
    if shutil.which("mmdebstrap") is None:
        raise BuildError("mmdebstrap est absent : installez-le (apt-get install mmdebstrap) ou donnez BASE_IMAGE=")
    with tempfile.TemporaryDirectory(prefix="datalab-base-") as folder:
        archive = Path(folder) / "base.tar"
        run(bootstrap_command(archive, mirror))
        docker("import", "--change", 'CMD ["/bin/bash"]', str(archive), tag)


def bootstrap_command(archive: Path, mirror: str) -> list[str]:
    """Debian's own tool writes the base as one archive; no image is pulled."""
    packages = (IMAGES / "base" / "packages.txt").read_text().split()
    return [
        "mmdebstrap",
        "--variant=minbase",
        f"--include={','.join(packages)}",
        f"--customize-hook=copy-in {IMAGES / 'base' / 'prepare.sh'} /tmp",
        '--customize-hook=chroot "$1" sh /tmp/prepare.sh',
        '--customize-hook=rm "$1/tmp/prepare.sh"',
        "bookworm",
        str(archive),
        *([mirror] if mirror else []),
    ]


def ensure(image: Image, tags: Mapping[str, str], environment: Mapping[str, str]) -> str:
    """The image is there afterwards; its id."""
    tag = tags[image.name]
    present = id_of(tag)
    if present:
        say(f"Image {image.name} : déjà là")
        return present
    started = time.monotonic()
    say(f"Image {image.name} : construction…", end=" ")
    if image == BASE:
        build_base(tag, environment.get("BASE_IMAGE", ""), environment.get("DEBIAN_MIRROR", ""))
    else:
        source = {"SOURCE": tags[image.copies_from]} if image.copies_from else {}
        build(image, tag, {"BASE": tags[BASE.name], **source})
    say(f"{time.monotonic() - started:.0f} s")
    return id_of(tag) or ""


def say(text: str, end: str = "\n") -> None:
    """Progress is for a person: in French, at once."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


def ensure_all(images: Sequence[Image], environment: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Builds the base first; returns tag and id by name."""
    tags = tags_of(images, environment.get("BASE_IMAGE", ""))
    wanted = [BASE, *with_sources(images)]
    return {image.name: {"tag": tags[image.name], "id": ensure(image, tags, environment)} for image in wanted}


def extract(name: str, path: str, destination: str) -> None:
    """Copies one file out of an image, without running it."""
    made = ensure_all([BY_NAME[name]], os.environ)[name]
    container = docker("create", made["tag"], "-").strip()
    try:
        docker("cp", f"{container}:{path}", destination)
    finally:
        docker("rm", container)


def clean() -> None:
    """Removes every image of ours and the build stages that Docker keeps."""
    ours = docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", "--filter", "reference=datalab/*").split()
    if ours:
        docker("image", "rm", "--force", *ours)
    docker("image", "prune", "--force", "--filter", "label=datalab.stage=build")
    say(f"{len(ours)} image{'s' * (len(ours) > 1)} supprimée{'s' * (len(ours) > 1)}")


def chosen(only: Sequence[str], plain: bool) -> list[Image]:
    """The images named, else all but those made on request."""
    if only:
        return [BY_NAME[name] for name in only]
    return [image for image in ALL if image.by_default or plain]


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """A wrong command is refused with its usage."""
    parser = argparse.ArgumentParser(prog="images/build.py", description="Construit les images du datalab.")
    parser.add_argument("action", nargs="?", choices=["build", "extract", "clean"], default="build")
    parser.add_argument("what", nargs="*", help="extract : NOM CHEMIN DESTINATION")
    parser.add_argument("--only", action="append", default=[], choices=sorted(BY_NAME), help="cette image seulement")
    parser.add_argument("--plain", action="store_true", help="aussi l'image de comparaison du banc d'essai")
    parser.add_argument("--out", help="fichier JSON des images : {nom: {tag, id}}")
    parsed = parser.parse_args(arguments)
    if (parsed.action == "extract") != (len(parsed.what) == 3) or (parsed.what and parsed.what[0] not in BY_NAME):
        parser.error("extract demande trois valeurs : NOM CHEMIN DESTINATION")
    return parsed


def main(arguments: Sequence[str]) -> int:
    """The process's edge: a fault is a sentence and a code."""
    parsed = parse_arguments(arguments)
    try:
        act(parsed)
    except (BuildError, OSError) as error:
        say(f"\n{error}")
        return 1
    return 0


def act(parsed: argparse.Namespace) -> None:
    """One action per call."""
    if parsed.action == "extract":
        extract(*parsed.what)
    elif parsed.action == "clean":
        clean()
    else:
        made = ensure_all(chosen(parsed.only, parsed.plain), os.environ)
        if parsed.out:
            Path(parsed.out).write_text(json.dumps(made, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
