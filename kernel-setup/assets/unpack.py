"""Fills a virtual environment from a directory of wheels, without pip and without a network.

    ENVIRONMENT/bin/python unpack.py DIRECTORY

DIRECTORY/wheels.json (made by wheels.py) tells which wheels belong to this Python. They were verified when they were
downloaded; an archive's own checksums are verified here. Commands are not made: the classroom starts none.
"""

import json
import os
import shutil
import sys
import sysconfig
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PACKAGES = Path(sysconfig.get_paths()["purelib"])
# Where the parts of `NAME.data` go; headers and scripts are for others.
PARTS = {"purelib": PACKAGES, "platlib": PACKAGES, "data": Path(sys.prefix)}


def place(name):
    """Where a file of a wheel goes; None for one that is left out."""
    first, _, rest = name.partition("/")
    base, path = PACKAGES, name
    if first.endswith(".data"):
        part, _, path = rest.partition("/")
        base = PARTS.get(part)
    if base is None:
        return None
    target = Path(os.path.normpath(base / path))
    if base not in target.parents:
        raise ValueError(f"{name} leads out of the environment")
    return target


def unpack(wheel):
    """Unpacks one wheel."""
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            target = None if member.is_dir() else place(member.filename)
            if target is not None:
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, open(target, "wb") as file:
                    shutil.copyfileobj(source, file, 1 << 20)


def wheels(directory):
    """The wheels for this Python."""
    lists = json.loads((directory / "wheels.json").read_text())
    here = sys.version_info[:3]
    fitting = [version for version in map(parse, lists) if version[:2] == here[:2] and version <= here]
    if not fitting:
        known = ", ".join(sorted({f"{major}.{minor}" for major, minor, _ in map(parse, lists)}, key=parse))
        sys.exit(f"there are no packages for Python {here[0]}.{here[1]}, only for {known}")
    return lists[".".join(map(str, max(fitting)))]


def parse(version):
    return tuple(int(part) for part in version.split("."))


def main():
    directory = Path(sys.argv[1])
    names = wheels(directory)
    with ThreadPoolExecutor() as threads:
        for _ in threads.map(unpack, [directory / name for name in names]):
            pass
    print(f"{len(names)} packages")


main()
