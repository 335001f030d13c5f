"""The words and the styles of a page in its language: `languages/ko.json` and, where it needs one, `languages/ko.css`."""

import base64
import json
import re
from pathlib import Path

FOLDER = Path(__file__).parent / "languages"
# The language in which the templates were written, and whose words stand where another has none.
ORIGINAL = "en"
# Letters that the usual fonts of a system without Korean lack.
KOREAN = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
# Parts of a language's short name; nothing else becomes part of a path.
NAME = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


class Language:
    """What was asked for, else what the notebook says of itself, else English."""

    def __init__(self, asked, notebook=None):
        said = notebook.metadata.get("lang") if notebook else None
        found = (name for name in (asked, said) if isinstance(name, str) and NAME.fullmatch(name))
        self.name = next(found, ORIGINAL)
        self.words = {**words(ORIGINAL), **self.first(words, {})}
        self.style = self.first(style, "")

    def first(self, read, nothing):
        """Of `pt-BR`, if there is no such file, what there is for `pt`."""
        return read(self.name) or read(self.name.split("-")[0]) or nothing


def surroundings(language):
    """The variable by which nn-lib has its own words in this language, in a kernel's process."""
    return {"NN_LIB_LANGUAGE": language.name}


def words(name):
    path = FOLDER / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def style(name):
    path = FOLDER / f"{name}.css"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def embedded_font(path):
    """The Korean font as part of a page that is printed: the machine that prints may have none.

    As a script it is there before the first line is laid out. A font of a style sheet is loaded meanwhile, and letters that
    came too early stay boxes on paper.
    """
    data = base64.b64encode(Path(path).read_bytes()).decode()
    return (
        f'<script>document.fonts.add(new FontFace("Noto Sans KR", Uint8Array.from(atob("{data}"), (byte) => byte.charCodeAt(0))));</script>\n'
        '<style>:root { --letters: "Noto Sans KR", sans-serif; --code-letters: "Noto Sans KR", monospace; }</style>'
    )
