"""Read by every Jupyter server of an installation for all users: lays out the chapter in the user's home.

That happens where the variable RUST_NN_NOTEBOOKS names a folder, as a hub's configuration and an image do. A notebook is
copied once. One that its user has not changed follows a newer installation; a changed one is never touched. Who wants the
original back renames or removes the notebook and starts the server again.
"""

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

# Which contents were laid out: a notebook that still has this one is unchanged.
RECORD = ".laid-out.json"


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def lay_out(originals, folder):
    """Copies what is missing, and what is older and unchanged."""
    folder.mkdir(parents=True, exist_ok=True)
    record_file = folder / RECORD
    try:
        record = json.loads(record_file.read_text())
    except (OSError, ValueError):
        record = {}
    before = dict(record)
    for original in sorted(originals.rglob("*")):
        below = original.relative_to(originals)
        if not original.is_file() or any(part.startswith(".") or part == "executed" for part in below.parts):
            continue
        name, target, content = below.as_posix(), folder / below, digest(original)
        if target.exists() and (digest(target) != record.get(name) or content == digest(target)):
            continue
        # It gets its name when it is complete.
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.part")
        shutil.copyfile(original, partial)
        os.replace(partial, target)
        record[name] = content
    if record != before:
        record_file.write_text(json.dumps(record, indent=1))


def main():
    name = os.environ.get("RUST_NN_NOTEBOOKS")
    if not name:
        return
    folder = Path.home() / name
    try:
        lay_out(Path(sys.prefix).parent / "notebooks", folder)
    except OSError as error:
        # A full or read-only home: the server still opens, and its log says why.
        print(f"the notebooks were not copied to {folder}: {error}", file=sys.stderr)


main()
