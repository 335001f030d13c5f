"""Formulas: TeX becomes MathML, which a browser draws without a script.

Two converters are asked. math-core refuses what it does not know. latex2mathml knows some more commands, but passes on
what it does not know; so its result is looked through. What neither converts stays TeX on the page and is reported.
"""

import base64
import html
import re
from pathlib import Path

# Names that a converter does not know, for what it does know.
ENVIRONMENTS = {
    "split": "aligned",
    "alignedat": "aligned",
    "alignat": "align",
    "alignat*": "align*",
    "eqnarray": "align",
    "eqnarray*": "align*",
    "multline": "gather",
    "multline*": "gather*",
}
# Brackets and roots grow, and sums stand in the middle, only with a font that has measures for mathematics. Many systems have
# none.
FONT = Path(__file__).parent / "fonts" / "STIXTwoMath-Regular.woff2"
TEXT = re.compile(r"\\(text|mbox|hbox|textrm|textnormal)\s*\{")

SMALL_TABLE = re.compile(r'<mrow displaystyle="false" scriptlevel="1"><mtable displaystyle="(?:true|false)" scriptlevel="0">')
LINES = re.compile(r"\\substack\s*\{")


def style():
    """The font as part of a page."""
    data = base64.b64encode(FONT.read_bytes()).decode()
    return (
        f'<style>@font-face {{ font-family: "STIX Two Math"; src: url("data:font/woff2;base64,{data}") format("woff2"); }}\n'
        'math { font-family: "STIX Two Math", math, var(--letters, serif); }</style>'
    )


class NotConverted(Exception):
    """A formula that cannot be converted; the text is the reason."""


class Formulas:
    """The formulas of one notebook: a macro holds in all cells after the one that defines it, as in JupyterLab."""

    def __init__(self, report):
        self.report = report
        try:
            from math_core import LatexToMathML

            self.strict = LatexToMathML(
                fancy_error=False, global_group=True, allow_unreliable_rendering=True, id_prefix="equation-"
            )
        except ImportError:  # a Python of the user's
            self.strict = None

    def convert(self, tex, display):
        tex = re.sub(r"&(lt|gt|amp);", lambda entity: html.unescape(entity[0]), tex).strip()
        prepared = prepare(tex, display)
        try:
            return self.by_math_core(prepared, display)
        except NotConverted as refused:
            reason = refused
        try:
            return by_latex2mathml(prepared, display)
        except NotConverted:
            self.report.formula(tex, str(reason))
            return f"<code class='tex'>{html.escape(tex)}</code>"

    def by_math_core(self, tex, display):
        if self.strict is None:
            raise NotConverted("the Python package math-core is missing")
        from math_core import LatexError

        try:
            converted = self.strict.convert_with_global_state(tex, displaystyle=display)
        except LatexError as error:
            raise NotConverted(re.sub(r"^\d+: ", "", str(error)).strip().rstrip(".")) from error
        # A table would be as large as the text around it.
        return SMALL_TABLE.sub('<mrow><mtable displaystyle="false" scriptlevel="1">', converted)


def by_latex2mathml(tex, display):
    """The result, unless something in it shows that a command was not understood."""
    from xml.etree.ElementTree import tostring

    try:
        from latex2mathml.converter import convert_to_element

        # The converter writes character references as text.
        element = convert_to_element(tex, display="block" if display else "inline")
    except Exception as error:
        raise NotConverted(type(error).__name__) from error
    for part in element.iter():
        text = html.unescape(part.text or "")
        if part.get("linebreak") == "newline" or (part.tag == "mtext" and "$" in text):
            raise NotConverted("a line break or a formula within text")
        if part.tag in ("mi", "mo") and (text == "&" or re.match(r"\\[A-Za-z]", text)):
            raise NotConverted(f"unknown: {text}")
        part.text = text or None
    return tostring(element, encoding="unicode")


def prepare(tex, display):
    """The same formula in the words that the converters know."""
    tex = re.sub(r"\\require\s*\{[^{}]*\}", "", tex)
    tex = re.sub(r"\\(begin|end)\s*\{([a-z]+\*?)\}(\s*\{\d+\})?", environment, tex)
    tex = re.sub(r"\\DeclareMathOperator(\*?)\s*\{?(\\[A-Za-z]+)\}?\s*\{([^{}]*)\}", r"\\newcommand{\2}{\\operatorname\1{\3}}", tex)
    # As in JupyterLab, a definition may replace another one.
    tex = re.sub(r"\\(?:re)?newcommand\*?\s*\{?(\\[A-Za-z]+)\}?", r"\\providecommand{\1}{}\\renewcommand{\1}", tex)
    tex = groups(tex, TEXT, text_with_formulas)
    tex = groups(tex, LINES, lambda content: small("gathered", content))
    tex = re.sub(r"\\begin\{smallmatrix\}(.*?)\\end\{smallmatrix\}", lambda found: small("matrix", found[1]), tex, flags=re.S)
    if not display:
        return tex
    if r"\begin{" not in tex and r"\tag" in tex:
        return rf"\begin{{equation}}{tex}\end{{equation}}"
    if not re.search(r"\\begin\{(equation|align|gather)\}", tex):
        tex = re.sub(r"\\label\s*\{[^{}]*\}", "", tex)
    return rf"\begin{{gathered}}{tex}\end{{gathered}}" if has_lines(tex) else tex


def environment(found):
    """The beginning or end of an environment, under a name that the converters know."""
    name = ENVIRONMENTS.get(found[2], found[2])
    columns = "" if found[2].startswith(("alignat", "alignedat")) else found[3] or ""
    return f"\\{found[1]}{{{name}}}{columns}"


def small(environment, content):
    """An environment in the size of an index."""
    return rf"{{\scriptstyle\begin{{{environment}}}{content}\end{{{environment}}}}}"


def has_lines(tex):
    r"""Does `\\` stand outside of every group and environment?"""
    depth = 0
    for token in re.findall(r"\\begin|\\end|\\\\|\\.|[{}]", tex, re.S):
        if token in ("{", r"\begin"):
            depth += 1
        elif token in ("}", r"\end"):
            depth -= 1
        elif token == r"\\" and depth == 0:
            return True
    return False


def groups(tex, command, rewrite):
    """Rewrites each `command{content}`."""
    result, position = "", 0
    for found in command.finditer(tex):
        if found.start() < position:
            continue
        end = closing(tex, found.end())
        result += tex[position : found.start()] + rewrite(tex[found.end() : end])
        position = end + 1
    return result + tex[position:]


def text_with_formulas(content):
    r"""`\text{if $x$ is}` as `\text{if }x\text{ is}`."""
    parts = re.split(r"(?<!\\)\$", content)
    if len(parts) % 2 == 0:  # a dollar without its partner
        parts = [content]
    return "".join((rf"\text{{{part}}}" if part else "") if index % 2 == 0 else f"{{{part}}}" for index, part in enumerate(parts))


def closing(tex, start):
    """Where the group that was opened before `start` is closed."""
    depth = 1
    for found in re.finditer(r"\\.|[{}]", tex[start:], re.S):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return start + found.start()
    return len(tex)
