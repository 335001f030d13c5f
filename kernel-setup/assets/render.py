"""A notebook as one self-contained HTML file: a page to read, or reveal.js slides.

Nothing in the result needs a network: formulas are MathML, charts are data URIs, styles and the
slides' script are part of the file.
"""

import base64
import html
import importlib.util
import re
from pathlib import Path

import jinja2
from markupsafe import Markup
from mistune import HTMLRenderer
from nbconvert.filters import Highlight2HTML, ansi2html, strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import CoalesceStreamsPreprocessor
from traitlets.config import Config

from embed import NOTEBOOK, Embedding
from formulas import Formulas, style
from languages import KOREAN, Language, embedded_font
from report import Report
from slides import grouped

HERE = Path(__file__).parent
# What a browser may load for a page: nothing that is not in the page itself, whatever a script in an output asks for.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' data: blob:; worker-src blob:; style-src 'unsafe-inline' data:; "
    "img-src data: blob:; media-src data: blob:; font-src data:; connect-src data: blob:"
)
# The first of these that an output has is shown.
MIME_TYPES = ["image/svg+xml", "text/html", "text/markdown", "text/latex", "image/png", "image/jpeg", "image/gif", "text/plain"]

# The numbers of a chart, which nn-lib leaves beside it.
TABLES = "application/vnd.nn-lib.tables+json"


class Renderer(IPythonRenderer):
    """Markdown cells: with MathML, and headings that are collected. Pictures are taken in afterwards."""

    def __init__(self, headings, formulas):
        super().__init__(escape=False, exclude_anchor_links=True)
        self.headings = headings
        self.formulas = formulas

    def inline_math(self, text):
        return self.formulas.convert(text, display=False)

    def block_math(self, text):
        return f"<div class='formula' tabindex='0'>{self.formulas.convert(text, display=True)}</div>"

    def heading(self, text, level, **attributes):
        plain = html.unescape(re.sub(r"<(annotation|style).*?</\1>|<[^>]+>", "", text, flags=re.S)).strip()
        name = re.sub(r"[^\w.]+", "-", plain.lower()).strip("-") or "section"
        taken = {heading["id"] for heading in self.headings}
        identifier, number = name, 2
        while identifier in taken:
            identifier, number = f"{name}-{number}", number + 1
        self.headings.append({"level": level, "text": plain, "id": identifier, "skipped": False})
        return f'<h{level} id="{html.escape(identifier)}">{text}</h{level}>\n'

    def latex_environment(self, name, body):
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def image(self, text, url, title=None):
        return HTMLRenderer.image(self, text, url, title)


class Notebook:
    """The cells with their HTML, ready for a template."""

    def __init__(self, notebook, path, results, language, font, solutions):
        """`language` was asked for, or none; `font` is for paper, where no font of the reader's system can help."""
        self.report = Report()
        self.open = solutions == "open"
        self.language = Language(language, notebook)
        self.font = font
        self.embedding = Embedding(path.parent, self.report, results)
        self.formulas = Formulas(self.report)
        self.headings = []
        lexer = notebook.metadata.get("language_info", {}).get("pygments_lexer") or notebook.metadata.get("kernelspec", {}).get("language")
        self.highlight = Highlight2HTML(pygments_lexer=lexer or "rust", config=Config())
        notebook, _ = CoalesceStreamsPreprocessor().preprocess(notebook, {})
        self.cells = [self.cell(cell) for cell in notebook.cells if "remove-cell" not in tags(cell)]
        first = next((heading["text"] for heading in self.headings if heading["level"] == 1), None)
        self.title = first or path.stem
        self.description = " · ".join(heading["text"] for heading in self.headings if heading["level"] == 2 and not heading["skipped"])
        # Outputs may have formulas of their own.
        self.mathematics = style() if "<math" in str(self.cells) else ""
        self.letters = embedded_font(font) if font and KOREAN.search(str(notebook)) else ""
        self.contents = [heading for heading in self.headings if heading["level"] in (2, 3)]

    def cell(self, cell):
        slide = cell.metadata.get("slideshow", {}).get("slide_type", "-")
        common = {"kind": cell.cell_type, "slide": slide if slide in ("slide", "subslide", "fragment", "skip", "notes") else "-"}
        if cell.cell_type == "markdown":
            before = len(self.headings)
            text = self.markdown(cell.source, cell.get("attachments", {}))
            for heading in self.headings[before:]:
                heading["skipped"] = slide == "skip"
            levels = [heading["level"] for heading in self.headings[before:]]
            return {**common, "html": Markup(text), "heading": min(levels, default=0)}
        if cell.cell_type == "raw":
            return {**common, "html": Markup(f"<pre>{html.escape(cell.source)}</pre>"), "heading": 0}
        jupyter = cell.metadata.get("jupyter", {})
        hidden = tags(cell)
        outputs = [] if "remove-output" in hidden else [output for output in map(self.output, cell.outputs) if output]
        return {
            **common,
            "heading": 0,
            "source": Markup(scrollable(self.highlight(cell.source))) if cell.source.strip() and "remove-input" not in hidden else "",
            "folded": bool(jupyter.get("source_hidden")) or "hide-input" in hidden,
            "outputs_folded": bool(jupyter.get("outputs_hidden")) or "hide-output" in hidden,
            "count": cell.get("execution_count") or " ",
            "outputs": outputs,
        }

    def markdown(self, source, attachments=None):
        text = MarkdownWithMath(renderer=Renderer(self.headings, self.formulas)).render(source)
        if self.open:
            text = re.sub(r"<details(?![^>]*\sopen\b)", "<details open", text)
        return self.embedding.whole(scrollable(text), attachments)

    def output(self, output):
        if output.output_type == "stream":
            return {"kind": output.name, "html": Markup(f"<pre>{ansi2html(output.text)}</pre>")} if output.text.strip() else None
        if output.output_type == "error":
            lines = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
            return {"kind": "error", "html": Markup(scrollable(f"<pre>{ansi2html(lines)}</pre>"))}
        kind = next((kind for kind in MIME_TYPES if kind in output.data), None)
        if kind is None:
            self.report.elsewhere("an output of type", ", ".join(output.data))
            return None
        shown = self.display(kind, output.data[kind], output.get("metadata", {}).get(kind, {}), output.data.get("text/plain", ""))
        tables = output.data.get(TABLES, []) if kind.startswith("image/") else []
        return {"kind": "result" if output.output_type == "execute_result" else "display", "html": Markup(shown), "tables": tables}

    def display(self, kind, data, metadata, plain):
        data = "".join(data) if isinstance(data, list) else data
        if kind == "text/html":
            return self.embedding.whole(data, scripts=True)
        if kind == "text/markdown":
            return self.markdown(data)
        if kind == "text/latex":
            return f"<div class='formula' tabindex='0'>{self.formulas.convert(data.strip().strip('$'), display=True)}</div>"
        if kind == "text/plain":
            return f"<pre>{ansi2html(data)}</pre>"
        data = self.embedding.picture(kind, data)
        if kind == "image/svg+xml" and self.font and KOREAN.search(data) and not re.search(r"<style|\bid\s*=|\bclass\s*=", data):
            # A picture of its own would not have the page's font; this one has no names that could disturb the page.
            return with_words(data, self.described(kind, data, plain))
        # As a picture of its own, an SVG cannot disturb the names and styles of the page.
        encoded = base64.b64encode(data.encode()).decode() if kind == "image/svg+xml" else data.replace("\n", "")
        size = "".join(f' {side}="{int(metadata[side])}"' for side in ("width", "height") if str(metadata.get(side, "")).isdigit())
        return f'<img src="data:{kind};base64,{encoded}" alt="{html.escape(self.described(kind, data, plain))}"{size}>'

    def described(self, kind, data, plain):
        """A picture's alternative text: the SVG's title or first text, with what its description adds; else the plain output."""
        chart = self.language.words["chart"]
        if kind == "image/svg+xml":
            found = {name: said(data, name) for name in ("title", "text", "desc")}
            named = found["title"] or found["text"]
            # nn-lib's own begins with the title.
            more = re.sub(r'^Figure "(?:[^"\\]|\\.)*": ', "", found["desc"])
            if named or more:
                return f"{chart}: " + ". ".join(part for part in (named, more) if part)
        return strip_ansi(plain).strip() or chart


def said(svg, name):
    """The words of an SVG's first element of a name."""
    found = re.search(rf"<{name}[^>]*>(.*?)</{name}>", svg, re.S)
    return html.unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""


def with_words(svg, words):
    """A drawing that stands in the page itself, with its alternative text."""
    root = re.search(r"<svg\b[^>]*>", svg)[0]
    bare = re.sub(r"""\s(role|aria-label)=("[^"]*"|'[^']*')""", "", root)
    return svg.replace(root, f'<svg role="img" aria-label="{html.escape(words)}"{bare[4:]}', 1)


def scrollable(text):
    """Lines that are longer than the screen is wide can be scrolled by the keyboard as well."""
    return text.replace("<pre>", '<pre tabindex="0">')


def tags(cell):
    return cell.metadata.get("tags", [])


def templates():
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["policy"] = POLICY
    environment.globals["include_file"] = lambda name: Markup((HERE / "templates" / name).read_text(encoding="utf-8"))
    return environment


def page(notebook, around):
    """The notebook as a page to read, with links to those around it."""
    text = templates().get_template("page.html.j2").render(
        notebook=notebook, around=around, language=notebook.language, title=notebook.title,
        description=notebook.description, letters=notebook.letters, mathematics=notebook.mathematics,
    )
    return linked(text, ".html")


def index(entries, language):
    """The list of what lies in a folder."""
    return templates().get_template("index.html.j2").render(entries=entries, language=language, title=language.words["notebooks"])


def slides(notebook):
    """The notebook as slides: by its slide metadata, or else a new slide at each heading."""
    reveal = reveal_directory()
    # "</script" inside a string of the script would end it too early.
    script = (reveal / "reveal.js").read_text(encoding="utf-8").replace("</script", "<\\/script")
    script = re.sub(r"//# sourceMappingURL=.*", "", script)
    styles = (reveal / "reveal.css").read_text(encoding="utf-8")
    text = templates().get_template("slides.html.j2").render(
        notebook=notebook, slides=grouped(notebook.cells), script=Markup(script), styles=Markup(styles)
    )
    return linked(text, ".slides.html")


def linked(text, ending):
    """Links to other notebooks lead to what is made of them."""
    return re.sub(rf'href="{NOTEBOOK}([^"#]*)', rf'href="\1{ending}', text)


def reveal_directory():
    found = importlib.util.find_spec("sphinx_revealjs")
    if found is None:
        raise ModuleNotFoundError("slides need reveal.js, which comes with the Python package sphinx-revealjs: pip install sphinx-revealjs")
    return Path(found.origin).parent / "_static" / "revealjs" / "dist"
