#!/usr/bin/env python3
"""Counts the rooms of nn-lib (the entries of `src`), and the arrows between them: who names whom in code, tests left out.
Then it looks for circles of files inside each room. Both should be none.

python3 nn-lib/tests/rooms.py [path of src] [-v]
"""
import re, sys
from pathlib import Path

src = Path(next((a for a in sys.argv[1:] if a != "-v"), Path(__file__).parent.parent / "src"))
rooms = {path.stem for path in src.iterdir() if path.name != "lib.rs" and (path.is_dir() or path.suffix == ".rs")}
uses = {room: set() for room in rooms}  # room -> the rooms that it names


def read(path):
    """The code without tests and comments, each name of a list written out."""
    code = re.split(r"#\[cfg\((?:all\()?test.*\]\nmod tests \{", path.read_text())[0].split("mod loom_model {")[0]
    code = re.sub(r"(?m)^\s*//.*$", "", code).replace("crate::{Error, Result}", "crate::error::Error")
    return re.sub(
        r"((?:crate|super)::)\{((?:[^{}]|\{[^{}]*\})*)\}",
        lambda all: " ".join(all[1] + n.strip() for n in re.split(r",(?![^{]*\})", all[2])),
        code,
    )


for path in src.rglob("*.rs"):
    room = path.relative_to(src).parts[0].removesuffix(".rs")
    if room in rooms and path.name != "tests.rs":
        code = read(path)
        uses[room] |= {name for name in re.findall(r"crate::(\w+)", code) if name in rooms} - {room}
        uses[room] |= {"error"} & rooms if re.search(r"crate::(Error|Result)\b", code) else set()


def reached(room, uses, seen=None):
    seen = set() if seen is None else seen
    for other in uses[room] - seen:
        seen.add(other)
        reached(other, uses, seen)
    return seen


def files_in_circles(folder):
    """The files of a folder that need each other; what `mod.rs` holds or passes on is counted where it lies."""
    files = {path.stem for path in folder.iterdir()} - {"mod", "tests"}
    passed = re.findall(r"\buse (\w+)::([^;]*);", read(folder / "mod.rs"))
    owner = {name: file for file, names in passed if file in files for name in re.findall(r"\w+", names)}
    uses = {file: set() for file in files}
    for path in folder.rglob("*.rs"):
        parts = path.relative_to(folder).with_suffix("").parts
        if parts[0] in files and path.name != "tests.rs":
            # From a file one `super` leads to the folder, from a file of a folder in it two; from its `mod.rs` one.
            up = "super::" * (len(parts) - (parts[-1] == "mod"))
            named = re.findall(r"(?<![\w:])" + up + r"(\w+)", read(path))
            uses[parts[0]] |= {owner.get(name, name) for name in named} & files - {parts[0]}
    reach = {file: reached(file, uses) for file in files}
    return sorted(file for file in files if file in reach[file])


reach = {room: reached(room, uses) for room in rooms}
circle = {room: frozenset({room} | {o for o in reach[room] if room in reach[o]}) for room in rooms}
floors, left = [], set(circle.values())  # a floor stands on those below it
while left:
    floors.append({c for c in left if not any(circle[o] in left - {c} for r in c for o in uses[r])})
    left -= floors[-1]
order, left = [], set(rooms)  # within a circle, who is named most often by the others lies lowest
for floor in floors:
    for c in sorted(floor, key=sorted):
        inner = set(c)
        while inner:
            low = min(sorted(inner), key=lambda r: (len(uses[r] & inner), -sum(r in uses[o] for o in inner)))
            order.append(low)
            inner.remove(low)
up = [(r, o) for r in rooms for o in uses[r] if order.index(o) > order.index(r)]
circles = {c for c in circle.values() if len(c) > 1}
print(f"{len(rooms)} rooms on {len(floors)} floors, {sum(map(len, uses.values()))} arrows, {len(up)} of them upwards, {len(circles)} circles")
inner = {folder: files_in_circles(folder) for folder in (path.parent for path in src.rglob("mod.rs"))}
for folder, files in sorted(inner.items()):
    if files:
        print(f"{folder.relative_to(src)}: {', '.join(files)} need each other")
print(f"{sum(map(bool, inner.values()))} folders with circles inside")
if "-v" in sys.argv:
    for nth, floor in enumerate(floors):
        print(nth, *(" + ".join(sorted(c)) for c in sorted(floor, key=sorted)), sep="\n    ")
    print("upwards:", *(f"{r} -> {o}" for r, o in sorted(up)), sep="\n    ")
sys.exit(1 if up or circles or any(inner.values()) else 0)
