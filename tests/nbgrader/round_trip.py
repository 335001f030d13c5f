"""An assignment's way through nbgrader: generated, released, submitted, collected, graded.

usage: round_trip.py COURSE SOLUTIONS
COURSE is a folder with nbgrader_config.py and source/layers/layers.ipynb. SOLUTIONS is JSON: for each student the code that
stands in the place of the stubs of each cell, by the cell's name. The first student hands in by nbgrader's exchange.
Prints JSON: the students' points for each test, what the release shows, and what the feedback of the first says.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.utils import get_username


def nbgrader(course, *arguments):
    exchange = [f"--Exchange.root={course / 'exchange'}", f"--Exchange.cache={course / 'cache'}"]
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments, *(exchange if arguments[0] in EXCHANGE else [])],
        cwd=course, capture_output=True, text=True,
    )
    if done.returncode:
        sys.exit(f"nbgrader {' '.join(arguments)}:\n{done.stdout}{done.stderr}")


EXCHANGE = ("release_assignment", "fetch_assignment", "submit", "collect")


def solved(release, solution, target):
    """A student's copy of the released notebook."""
    notebook = nbformat.read(release, as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in solution:
            assert "todo!()" in cell.source, f"{name} has no stub"
            cell.source = cell.source.replace("todo!()", solution[name])
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)


def main():
    course = Path(sys.argv[1]).resolve()
    solutions = json.loads(sys.argv[2])
    (course / "exchange").mkdir()
    os.chmod(course / "exchange", 0o777)
    nbgrader(course, "generate_assignment", "layers", "--create")
    release = course / "release/layers/layers.ipynb"
    released = release.read_text(encoding="utf-8")

    first, *others = solutions
    nbgrader(course, "release_assignment", "layers")
    nbgrader(course, "fetch_assignment", "layers")
    # It lies in the working directory, as a student finds it.
    solved(release, solutions[first], course / "layers/layers.ipynb")
    nbgrader(course, "submit", "layers")
    nbgrader(course, "collect", "layers")
    for student in others:
        solved(release, solutions[student], course / "submitted" / student / "layers/layers.ipynb")

    nbgrader(course, "autograde", "layers", "--create")
    nbgrader(course, "generate_feedback", "layers")
    names = {get_username(): first}
    points = {}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for submission in gradebook.assignment_submissions("layers"):
            grades = {grade.name: grade.score for notebook in submission.notebooks for grade in notebook.grades}
            points[names.get(submission.student.id, submission.student.id)] = {**grades, "of": submission.max_score}
    feedback = (course / "feedback" / get_username() / "layers/layers.html").read_text(encoding="utf-8")
    shown = {
        "solution": bool(re.search(r"inputs \* units|BEGIN SOLUTION", released)),
        "hidden": "10_001" in released or "HIDDEN" in released,
        "stubs": released.count("todo!()"),
        "feedback": "A network: right." in feedback,
    }
    print(json.dumps({"points": points, "release": shown}, indent=1))


if __name__ == "__main__":
    main()
