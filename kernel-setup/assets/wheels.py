"""Downloads the classroom's packages as wheels, for every Python that it runs on.

    wheels.py REQUIREMENTS DIRECTORY PROCESSOR GLIBC_MINOR

The wheels are verified by the hashes in REQUIREMENTS. DIRECTORY/wheels.json tells which of them belong to which Python:
`{"3.11.0": [..], "3.11.5": [..]}` names the first version that a list is for. A line for each list goes to standard
output.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from pip._vendor.packaging.markers import Marker
from pip._vendor.packaging.version import Version

PYTHONS = ["3.10.0", "3.11.0", "3.12.0", "3.13.0", "3.14.0"]


def requirements(text):
    """Each requirement with its hashes, and the condition under which it counts."""
    whole = re.sub(r"\\\n\s*", " ", text)
    for line in whole.splitlines():
        if line.strip() and not line.startswith("#"):
            needed, _, hashes = line.partition(" --hash=")
            package, _, marker = needed.partition(";")
            yield f"{package.strip()} --hash={hashes}", marker.strip()


def boundaries(needed):
    """The versions at which a condition changes, within the Pythons that the classroom runs on."""
    named = re.findall(r"python_full_version [<>=]+ '([0-9.]+)'", " ".join(marker for _, marker in needed))
    versions = {version for version in named if version.count(".") == 2} | set(PYTHONS)
    known = {Version(version).release[:2] for version in PYTHONS}
    return sorted((version for version in versions if Version(version).release[:2] in known), key=Version)


def fits(marker, version, processor):
    """Whether a condition holds for a Python on Linux."""
    environment = {
        "python_version": ".".join(version.split(".")[:2]),
        "python_full_version": version,
        "implementation_name": "cpython",
        "implementation_version": version,
        "platform_python_implementation": "CPython",
        "platform_machine": processor,
        "platform_system": "Linux",
        "sys_platform": "linux",
        "os_name": "posix",
        "extra": "",
    }
    return not marker or Marker(marker).evaluate(environment)


def platforms(processor, glibc):
    """What wheels for Linux are called, the newest system first."""
    names = [f"manylinux_2_{minor}_{processor}" for minor in range(glibc, 4, -1)]
    return names + [f"manylinux{old}_{processor}" for old in ("2014", "2010", "1")]


def download(lines, version, directory, processor, glibc):
    """Downloads wheels for one Python, and returns their names."""
    with tempfile.TemporaryDirectory(dir=directory) as place:
        file = Path(place) / "requirements.txt"
        file.write_text("\n".join(lines) + "\n")
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--no-input"]
        command += ["--disable-pip-version-check", "--progress-bar", "off", "--quiet", "--only-binary", ":all:"]
        command += ["--implementation", "cp", "--python-version", version, "--dest", place]
        for name in platforms(processor, glibc):
            command += ["--platform", name]
        subprocess.run([*command, "--requirement", str(file)], check=True)
        wheels = sorted(Path(place).glob("*.whl"))
        for wheel in wheels:
            wheel.replace(directory / wheel.name)
        return [wheel.name for wheel in wheels]


def key(name):
    """A package and its version, from a wheel's name or from `name==version`."""
    package, version = name.split("==") if "==" in name else name.split("-")[:2]
    return re.sub(r"[-_.]+", "_", package).lower(), version


def main():
    file, directory, processor, glibc = sys.argv[1:]
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    needed = list(requirements(Path(file).read_text()))
    lists = {}
    universal = {}
    for version in boundaries(needed):
        lines = [line for line, marker in needed if fits(marker, version, processor)]
        # A wheel for every Python and system is downloaded once.
        known = [universal[key(line.split()[0])] for line in lines if key(line.split()[0]) in universal]
        missing = [line for line in lines if key(line.split()[0]) not in universal]
        new = download(missing, version, directory, processor, int(glibc))
        universal.update({key(name): name for name in new if name.endswith("py3-none-any.whl")})
        lists[version] = sorted(known + new)
        print(f"Python {version}: {len(lists[version])} wheels", flush=True)
    (directory / "wheels.json").write_text(json.dumps(lists, indent=1) + "\n")


main()
