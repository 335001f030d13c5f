"""What of a notebook goes on slides: its cells in groups, short lines in the place of paragraphs, and the paragraphs as the speaker's notes.

Whether a slide fits the screen is known only where it is shown; `templates/fit.js` makes it fit there.
"""

import re
from copy import copy

from bs4 import BeautifulSoup, NavigableString
from markupsafe import Markup

# A paragraph of more sentences becomes a list of its first ones.
MOST_SENTENCES = 2
MOST_BULLETS = 3
# Between two sentences; "F. Chollet" is one.
BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…])(?<!\b[A-Z]\.)(?<!e\.g\.)(?<!i\.e\.)\s+(?=[^\sa-z])")
# A heading: its level and its text.
HEADING = re.compile(r"<h([1-6])[^>]*>(.*?)</h\1>", re.S)


class Slide:
    """The cells of a slide, what its speaker may say, and the heading to repeat when it has none of its own."""

    def __init__(self):
        self.cells = []
        self.notes = []
        self.continued = None


def grouped(cells):
    """Slides, each a list of sub-slides: by the notebook's slide metadata, or else a new slide at each heading."""
    cells = [cell for cell in cells if cell["slide"] != "skip"]
    planned = any(cell["slide"] in ("slide", "subslide") for cell in cells)
    groups = []
    for cell in cells:
        kind = cell["slide"]
        if not planned and cell["heading"]:
            kind = "slide" if cell["heading"] <= 2 else "subslide"
        if kind == "slide" or not groups:
            groups.append([Slide()])
        elif kind == "subslide":
            groups[-1].append(Slide())
        place(cell, groups[-1][-1])
    with_headings([slide for group in groups for slide in group])
    return groups


def place(cell, slide):
    """Puts a cell on its slide, or into the speaker's notes."""
    if cell["slide"] == "notes":
        slide.notes.append(cell["html"])
        return
    if cell["kind"] == "markdown":
        short, whole = shortened(cell["html"])
        cell = {**cell, "html": short}
        slide.notes += whole
    elif cell["kind"] == "code":
        cell = {**cell, "outputs": [{**output, "tables": []} for output in cell["outputs"]]}
    slide.cells.append(cell)


def shortened(text):
    """The HTML of a text with lists in the place of long paragraphs, and these paragraphs."""
    soup = BeautifulSoup(text, "html.parser")
    whole = []
    for paragraph in soup.find_all("p", recursive=False):
        sentences = split(paragraph)
        if len(sentences) <= MOST_SENTENCES:
            continue
        whole.append(Markup(str(paragraph)))
        # What leads to the table or the code below it stays as it is.
        leading = sentences.pop() if paragraph.get_text().rstrip().endswith((":", "…")) else []
        bullets = soup.new_tag("ul")
        for sentence in sentences[:MOST_BULLETS]:
            bullet = soup.new_tag("li")
            bullet.extend(sentence)
            bullets.append(bullet)
        paragraph.insert_before(bullets)
        if leading:
            last = soup.new_tag("p")
            last.extend(leading)
            paragraph.insert_before(last)
        paragraph.decompose()
    return Markup(soup.decode(formatter="minimal")), whole


def split(paragraph):
    """The sentences of a paragraph, each a list of its nodes. What stands in brackets belongs to the sentence before it."""
    sentences, depth = [[]], 0
    for node in list(paragraph.children):
        if not isinstance(node, NavigableString):
            sentences[-1].append(copy(node))
            continue
        for number, part in enumerate(BETWEEN_SENTENCES.split(str(node))):
            if number and depth == 0 and not part.startswith("("):
                sentences.append([])
            elif number:
                sentences[-1].append(NavigableString(" "))
            depth = max(0, depth + part.count("(") - part.count(")"))
            sentences[-1].append(NavigableString(part))
    return [sentence for sentence in sentences if "".join(node.get_text() for node in sentence).strip()]


def with_headings(slides):
    """A slide that does not begin with a heading repeats the one before it."""
    last = None
    for slide in slides:
        texts = [cell["html"] if cell["kind"] == "markdown" else "" for cell in slide.cells]
        found = HEADING.findall("".join(texts))
        begins = bool(texts) and HEADING.match(texts[0].lstrip())
        if not begins and last:
            slide.continued = {"level": last[0], "text": Markup(last[1])}
        last = found[-1] if found else last
