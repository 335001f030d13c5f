"""Which cells of an edition in another language must follow the English one.

Usage: python3 tests/follow.py ko                      lists them
       python3 tests/follow.py ko --done [CELL ...]    these cells (or all) say again what the English ones say
       python3 tests/follow.py ko --take               takes over new cells, in English, and drops those that are gone

An edition lies in notebooks/LANGUAGE, its notebooks have the names of the English ones. A cell's metadata has in
"follows" a checksum of the English text that it was written from. `--take` makes the notebooks of a language that has
none yet. Nothing but the standard library is needed.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
# Where notebooks lie in the English edition, and in the same way in each other.
FOLDERS = (".", "going-further")


def source(cell):
    return "".join(cell["source"])


def checksum(cell):
    return hashlib.sha256(source(cell).encode()).hexdigest()[:16]


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def write(path, notebook):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def taken(english, notebook, language):
    """The English cells in their order, each with the text that the edition has for it."""
    known = {cell["id"]: cell for cell in notebook["cells"]}
    cells = []
    for cell in english["cells"]:
        old = known.get(cell["id"])
        if old is None or old["cell_type"] != cell["cell_type"]:
            cells.append(json.loads(json.dumps(cell)))
            continue
        metadata = {key: value for key, value in cell["metadata"].items() if key != "follows"}
        if "follows" in old["metadata"]:
            metadata["follows"] = old["metadata"]["follows"]
        cells.append({**old, "metadata": metadata})
    return {**english, "metadata": {**english["metadata"], "lang": language}, "cells": cells}


def what_is_wrong(english, cell):
    """Nothing, or why the cell must be looked at."""
    if cell is None:
        return "is new: `--take` takes it over"
    follows = cell["metadata"].get("follows")
    if follows is None:
        return "is not translated yet"
    return None if follows == checksum(english) else "has changed in English"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language")
    parser.add_argument("--take", action="store_true")
    parser.add_argument("--done", nargs="*", metavar="CELL")
    arguments = parser.parse_args()
    edition, left, found = NOTEBOOKS / arguments.language, 0, set()
    if not edition.is_dir() and not arguments.take:
        sys.exit(f"there is no {edition}: --take makes it")
    for path in (path for folder in FOLDERS for path in sorted((NOTEBOOKS / folder).glob("*.ipynb"))):
        name = path.relative_to(NOTEBOOKS)
        english, target = read(path), edition / name
        before = read(target) if target.is_file() else {"cells": [], "metadata": {}}
        notebook = taken(english, before, arguments.language) if arguments.take else before
        cells = {cell["id"]: cell for cell in notebook["cells"]}
        for cell in english["cells"]:
            mine = cells.get(cell["id"])
            if arguments.done is not None and mine is not None and (not arguments.done or cell["id"] in arguments.done):
                mine["metadata"]["follows"] = checksum(cell)
                found.add(cell["id"])
            wrong = what_is_wrong(cell, mine)
            if wrong:
                left += 1
                print(f"{arguments.language}/{name}, cell {cell['id']}: {wrong}")
        for gone in cells.keys() - {cell["id"] for cell in english["cells"]}:
            left += 1
            print(f"{arguments.language}/{name}, cell {gone}: is gone in English: `--take` drops it")
        if notebook != before or arguments.done is not None:
            write(target, notebook)
    for name in set(arguments.done or []) - found:
        print(f"no cell has the name {name}", file=sys.stderr)
        left += 1
    sys.exit(1 if left else 0)


if __name__ == "__main__":
    main()
