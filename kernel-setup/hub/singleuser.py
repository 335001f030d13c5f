"""What a hub starts for a student: lays out the chapter in the student's home, and becomes the server.

A notebook is copied once. One that the student has not changed follows a newer installation; a changed one is never
touched. Who wants the original back renames or removes the notebook and starts the server again.
"""

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).absolute().parent
FOLDER = "nn-lib"
# Which contents were laid out here: the notebooks that still have one of them are unchanged.
RECORD = ".laid-out.json"


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def lay_out(originals, folder):
    """Copies what is missing or unchanged; returns the names of what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    record_file = folder / RECORD
    try:
        record = json.loads(record_file.read_text())
    except (OSError, ValueError):
        record = {}
    written = []
    for original in sorted(originals.iterdir()):
        if not original.is_file() or original.name.startswith("."):
            continue
        target, content = folder / original.name, digest(original)
        if not target.exists() or (record.get(original.name) == digest(target) != content):
            # Never half a notebook: it gets its name when it is complete.
            partial = folder / f".{original.name}.part"
            shutil.copyfile(original, partial)
            os.replace(partial, target)
            written.append(original.name)
            record[original.name] = content
    if written:
        record_file.write_text(json.dumps(record, indent=1))
    return written


def main():
    home = Path.home()
    try:
        lay_out(HERE.parent / "notebooks", home / FOLDER)
    except OSError as error:
        # A full or read-only home: the server still opens, and its log says why.
        print(f"the notebooks were not copied to {home / FOLDER}: {error}", file=sys.stderr)
    os.chdir(home)
    server = Path(sys.executable).parent / "jupyterhub-singleuser"
    os.execv(sys.executable, [sys.executable, "-I", str(server), *sys.argv[1:]])


if __name__ == "__main__":
    main()
