#!/usr/bin/env python3
"""Counts the rooms of nn-lib (the entries of `src`), and the arrows between them: who names whom in code, tests left out.

python3 nn-lib/tests/rooms.py [path of src] [-v]
"""
import re, sys
from pathlib import Path

src = Path(next((a for a in sys.argv[1:] if a != "-v"), Path(__file__).parent.parent / "src"))
rooms = {path.stem for path in src.iterdir() if path.name != "lib.rs" and (path.is_dir() or path.suffix == ".rs")}
uses = {room: set() for room in rooms}  # room -> the rooms that it names
for path in src.rglob("*.rs"):
    room = path.relative_to(src).parts[0].removesuffix(".rs")
    if room in rooms and path.name != "tests.rs":
        code = path.read_text().split("#[cfg(test)]\nmod tests {")[0].split("mod loom_model {")[0]
        code = re.sub(r"(?m)^\s*//.*$", "", code).replace("crate::{Error, Result}", "crate::error::Error")
        code = re.sub(r"crate::\{([^}]*)\}", lambda all: " ".join("crate::" + n.strip() for n in all[1].split(",")), code)
        uses[room] |= {name for name in re.findall(r"crate::(\w+)", code) if name in rooms} - {room}
        uses[room] |= {"error"} & rooms if re.search(r"crate::(Error|Result)\b", code) else set()


def reached(room, seen=None):
    seen = set() if seen is None else seen
    for other in uses[room] - seen:
        seen.add(other)
        reached(other, seen)
    return seen


reach = {room: reached(room) for room in rooms}
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
if "-v" in sys.argv:
    for nth, floor in enumerate(floors):
        print(nth, *(" + ".join(sorted(c)) for c in sorted(floor, key=sorted)), sep="\n    ")
    print("upwards:", *(f"{r} -> {o}" for r, o in sorted(up)), sep="\n    ")
