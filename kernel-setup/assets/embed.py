"""Makes HTML whole in itself: pictures and other local files become part of it, and what lies elsewhere is left out."""

import re
from urllib.parse import quote, unquote

from bs4 import BeautifulSoup, Comment

from local import LocalFiles, is_elsewhere, plain, shown
from styles import Styles

# Attributes whose value a browser would load by itself. `data-` ones are loaded by reveal.js.
LOADED = (
    "src", "data-src", "poster", "background", "lowsrc", "dynsrc", "data", "href", "xlink:href", "codebase", "archive",
    "data-background", "data-background-image", "data-background-video", "data-background-iframe",
)  # fmt: skip
LISTS = ("srcset", "data-srcset", "imagesrcset")
# Attributes of SVG that are written as in a style sheet.
PAINTED = ("fill", "stroke", "filter", "mask", "clip-path", "cursor")
# Here `href` is a link that a reader may follow.
LINKS = ("a", "area", "math", "mrow", "mtext", "mi", "mo", "mn")
# What a link to another notebook begins with until it is known whether it leads to a page or to slides.
NOTEBOOK = "notebook:"


class Embedding:
    """For one notebook: where its files lie, what is made of the others, and what had to be left."""

    def __init__(self, directory, report, results):
        self.report = report
        self.directory = directory
        self.results = results
        self.files = LocalFiles(directory, report)
        self.styles = Styles(self.files, report)

    def whole(self, text, attachments=None, scripts=False):
        """The HTML without anything that a browser would load. Scripts stay in outputs, as in JupyterLab."""
        self.files.attachments = attachments or {}
        soup = BeautifulSoup(text, "html.parser")
        for comment in soup.find_all(string=lambda found: isinstance(found, Comment)):
            comment.extract()
        for tag in soup.find_all(True):
            if tag.parent is not None and not tag.decomposed:
                self.tag(soup, tag, scripts)
        return soup.decode(formatter="minimal")

    def picture(self, kind, data):
        """An SVG output without references to elsewhere."""
        return self.styles.svg(data) if kind == "image/svg+xml" else data

    def tag(self, soup, tag, scripts):
        name = tag.name.rpartition(":")[2].lower()
        treat = {
            "script": lambda: self.script(tag, scripts),
            "style": lambda: self.style(tag),
            "link": lambda: self.link(soup, tag),
            "base": lambda: self.dropped(tag, "base", tag.get("href")),
            "meta": lambda: self.dropped(tag, "meta", tag.get("content") if tag.get("http-equiv", "").lower() == "refresh" else None),
            "img": lambda: self.image(soup, tag),
            "table": lambda: tag.attrs.setdefault("tabindex", "0"),  # a wide one is scrolled by the keyboard as well
            "th": lambda: header(tag),
            "source": lambda: self.source(tag),
            "video": lambda: self.media(soup, tag, name),
            "audio": lambda: self.media(soup, tag, name),
            "iframe": lambda: self.frame(soup, tag, name, scripts),
            "frame": lambda: self.frame(soup, tag, name, scripts),
            "portal": lambda: self.frame(soup, tag, name, scripts),
            "object": lambda: self.object(soup, tag, name, "data"),
            "embed": lambda: self.object(soup, tag, name, "src"),
            "applet": lambda: self.object(soup, tag, name, "code"),
        }.get(name)
        if treat:
            treat()
        if not tag.decomposed and tag.parent is not None:
            self.attributes(tag, name, scripts)

    def attributes(self, tag, name, scripts):
        for attribute, value in list(tag.attrs.items()):
            value = " ".join(value) if isinstance(value, list) else value or ""
            lower = attribute.lower()
            if lower == "style" or lower in PAINTED or lower.startswith("marker"):
                tag[attribute] = self.styles.css(value)
            elif lower == "ping" or (lower.startswith("on") and not scripts):
                del tag[attribute]
            elif lower in LISTS:
                self.remove(tag, attribute, [found for found in candidates(value) if is_elsewhere(found)])
            elif lower in LOADED and not (name in LINKS and lower.endswith("href")):
                self.loaded(tag, name, attribute, value)
            elif name in LINKS and lower.endswith("href"):
                if plain(value).startswith("attachment:"):
                    tag[attribute] = self.files.data(value) or "#"
                elif plain(value).startswith("javascript:"):
                    del tag[attribute]
                elif name == "a" and not is_elsewhere(value):
                    tag[attribute] = self.to_result(value)

    def to_result(self, value):
        """A link to a notebook that is there becomes one to what is made of it."""
        path, mark, place = plain(value).partition("#")
        notebook = (self.directory / unquote(path)).resolve() if path.endswith(".ipynb") else None
        if notebook is None or not notebook.is_file():
            return value
        return NOTEBOOK + quote(self.results.get(notebook, notebook.stem)) + mark + place

    def loaded(self, tag, name, attribute, value):
        """An attribute that names a file: its content takes its place."""
        url = plain(value)
        if not url or url.startswith(("data:", "#", "blob:")) or (attribute == "data" and name not in ("object", "embed")):
            return
        if attribute.startswith("data-background") and not re.search(r"[./]", url):
            return  # a colour
        embedded = None if name == "use" or is_elsewhere(value) else self.files.data(value)
        if embedded:
            tag[attribute] = embedded
        else:
            self.remove(tag, attribute, [value] if is_elsewhere(value) or name == "use" else [])

    def remove(self, tag, attribute, outside):
        for url in outside:
            self.report.elsewhere(tag.name, url)
        if attribute in tag.attrs:
            del tag[attribute]

    def dropped(self, tag, kind, url=None):
        if url:
            self.report.elsewhere(kind, url)
        tag.decompose()

    def script(self, tag, scripts):
        url = tag.get("src") or tag.get("href") or tag.get("xlink:href") or ""
        if not scripts or is_elsewhere(url):
            return self.dropped(tag, "script", url or "in the text")
        if url:
            code = self.files.text(url, ("javascript", "ecmascript"))
            if code is None:
                return tag.decompose()
            for attribute in ("src", "href", "xlink:href", "integrity", "crossorigin"):
                tag.attrs.pop(attribute, None)
            tag.string = re.sub(r"</(script)", r"<\\/\1", code, flags=re.I)
        # It stays, and the page's policy keeps it from loading anything.
        for named in re.findall(r"""(?:src\s*=\s*|import\s*\(?|from|fetch\s*\(|url\s*:|\.src\s*=|paths\s*:.{0,80}?)\s*\\?["'`]((?:https?:)?//[^"'`\\\s]+)""", tag.get_text()):
            self.report.elsewhere("what a script would load:", named)

    def style(self, tag):
        tag.string = self.styles.css(tag.get_text())

    def link(self, soup, tag):
        url = tag.get("href") or ""
        if "stylesheet" in " ".join(tag.get_attribute_list("rel", [])).lower() and url and not is_elsewhere(url):
            text = self.files.text(url, ("css",))
            if text is not None:
                style = soup.new_tag("style")
                style.string = self.styles.css(text)
                return tag.replace_with(style)
        self.dropped(tag, "link", url if is_elsewhere(url) else None)

    def image(self, soup, tag):
        lists = [found for name in LISTS for found in candidates(tag.get(name) or "")]
        for url in filter(is_elsewhere, lists):
            self.report.elsewhere("img", url)
        for name in LISTS:
            tag.attrs.pop(name, None)
        url = tag.get("src") or tag.get("data-src") or next((found for found in lists if not is_elsewhere(found)), "")
        tag.attrs.pop("data-src", None)
        if not url:
            return tag.decompose() if lists else None
        if is_elsewhere(url):
            return self.link_instead(soup, tag, "img", url, tag.get("alt"))
        embedded = self.files.data(url)
        if embedded:
            tag["src"] = embedded
        else:
            self.missing_instead(soup, tag, url)

    def source(self, tag):
        """Of a `<picture>`, the picture itself is enough; those of a film are looked at with it."""
        urls = [found for name in LISTS for found in candidates(tag.get(name) or "")] + [tag.get("src") or ""]
        for url in filter(is_elsewhere, urls):
            self.report.elsewhere("source", url)
        tag.decompose()

    def media(self, soup, tag, name):
        urls = [url for url in [tag.get("src"), *(source.get("src") for source in tag.find_all("source"))] if url]
        near = [url for url in urls if not is_elsewhere(url)]
        embedded = next(filter(None, map(self.files.data, near)), None)
        for source in tag.find_all("source"):
            source.decompose()
        if embedded:
            tag["src"] = embedded
        elif near:
            self.missing_instead(soup, tag, near[0])
        elif urls:
            self.link_instead(soup, tag, name, urls[0], tag.get("title"))

    def frame(self, soup, tag, name, scripts):
        if tag.get("srcdoc"):
            attachments = self.files.attachments
            tag["srcdoc"] = self.whole(tag["srcdoc"], attachments, scripts)
            self.files.attachments = attachments
            tag.attrs.pop("src", None)
        else:
            self.link_instead(soup, tag, name, tag.get("src") or tag.get("data-src") or "", tag.get("title"))

    def object(self, soup, tag, name, attribute):
        url = tag.get(attribute) or tag.get("src") or ""
        embedded = self.files.data(url) if url and not is_elsewhere(url) else None
        if embedded and embedded.startswith("data:image/"):
            picture = soup.new_tag("img", src=embedded, alt=tag.get_text().strip())
            for side in ("width", "height"):
                if tag.get(side):
                    picture[side] = tag[side]
            tag.replace_with(picture)
        else:
            self.link_instead(soup, tag, name, url, tag.get("title"))

    def link_instead(self, soup, tag, kind, url, text=None):
        """To load it would be a request: the page links to it."""
        self.report.elsewhere(kind, url)
        address = plain(url)
        if address.startswith(("data:", "javascript:")) or not address:
            return tag.decompose()
        address = f"https:{address}" if address.startswith("//") else address
        link = soup.new_tag("a", href=address)
        link.string = text or address
        tag.replace_with(link)

    def missing_instead(self, soup, tag, url):
        """The reader sees what should be here; `LocalFiles` has reported it."""
        text = soup.new_tag("span", attrs={"class": "missing"})
        text.string = f"[not found: {shown(plain(url))}]"
        tag.replace_with(text)


def candidates(srcset):
    """The addresses in a `srcset`: each ends at a space, and a comma comes before the next one."""
    return [found[0].rstrip(",") for found in re.findall(r"([^\s,]\S*)([^,]*)(?:,|$)", srcset)]


def header(tag):
    """A header says whether it names a column or a row; an empty one names nothing."""
    if not tag.get_text(strip=True) and not tag.find(True):
        tag.name = "td"
    elif "scope" not in tag.attrs and tag.find_parent("table") is not None:
        tag["scope"] = "row" if tag.find_parent("tbody") is not None else "col"
