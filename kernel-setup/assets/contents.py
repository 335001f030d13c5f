"""Which pages belong together: the index of a folder, and each page's neighbours."""

import html
import re
from urllib.parse import quote

MARK = '<meta name="generator" content="cargo notebook">'
INDEX = "index.html"
KINDS = {".html": "page", ".slides.html": "slides", ".pdf": "PDF", ".ipynb": "notebook", ".executed.ipynb": "notebook"}
# Title and description stand before the style sheets.
HEAD = 8192


def neighbours(plan, name):
    """Links to the pages of the notebooks before and after this one, and to the index, of those that are written together."""
    notebooks = plan["notebooks"]
    place = [notebook["name"] for notebook in notebooks].index(name)

    def link(other):
        inside = 0 <= other < len(notebooks)
        return {"link": quote(notebooks[other]["name"] + ".html"), "title": notebooks[other]["title"]} if inside else None

    return {"previous": link(place - 1), "next": link(place + 1), "index": INDEX if len(notebooks) > 1 else None}


def title(notebook, path):
    """The first heading of a notebook."""
    for cell in notebook.cells:
        found = re.search(r"^# +(.+?)\s*#*$", cell.source, re.M) if cell.cell_type == "markdown" else None
        if found:
            return re.sub(r"[*_`]", "", found[1])
    return path.stem


def index(folder):
    """What is in a folder of what was written here: for each notebook its title, what is in it, and its files."""
    entries = {}
    for path in sorted(folder.glob("*.html")):
        ending = ".slides.html" if path.name.endswith(".slides.html") else ".html"
        head = beginning(path)
        if path.name == INDEX or MARK not in head:
            continue
        name = path.name.removesuffix(ending)
        found = {"title": part(head, r"<title>(.*?)</title>"), "description": part(head, r'<meta name="description" content="(.*?)">')}
        files = [{"link": quote(name + end), "kind": kind} for end, kind in KINDS.items() if (folder / f"{name}{end}").is_file()]
        entries[name] = {**found, "files": files}
    return list(entries.values())


def is_ours(folder):
    """May the index be written: is there none, or one that was made here?"""
    path = folder / INDEX
    return not path.exists() or (MARK in beginning(path) and "<body class=\"index\">" in path.read_text(encoding="utf-8", errors="replace"))


def beginning(path):
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(HEAD)
    except OSError:
        return ""


def part(text, pattern):
    found = re.search(pattern, text, re.S)
    return html.unescape(found[1]) if found else ""
