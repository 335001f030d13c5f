"""Files that a notebook names: attachments, and files beside it, whatever way their names are written."""

import base64
import html
import mimetypes
import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote

# What may become part of a page. A notebook of somebody else must not bring other files of the reader's into it.
KINDS = ("image/", "audio/", "video/", "font/")
LARGEST = 64 << 20
MORE_TYPES = {".svg": "image/svg+xml", ".webp": "image/webp", ".avif": "image/avif", ".vtt": "text/vtt", ".woff2": "font/woff2", ".woff": "font/woff"}


def plain(url):
    """An address as a browser reads it: without spaces around it and control characters within."""
    return re.sub(r"[\x00-\x1f]", "", url).strip()


def is_elsewhere(url):
    """Does the address lead to another machine?"""
    url = plain(url).replace("\\", "/").lower()
    scheme = re.match(r"([a-z][a-z0-9+.-]+):", url)
    return url.startswith("//") or (scheme is not None and scheme[1] not in ("data", "attachment", "file", "blob", "javascript"))


class LocalFiles:
    """The files around one notebook."""

    def __init__(self, directory, report):
        self.directory = Path(directory)
        self.report = report
        self.attachments = {}

    def data(self, url):
        """A data URI with the content; `None` when there is none, which is reported."""
        address = plain(url)
        if not address or address.startswith(("data:", "#", "blob:")):
            return address or None
        if address.lower().startswith("attachment:"):
            return self.attachment(address[len("attachment:") :])
        path = self.find(address)
        if path is None:
            return self.report.missing(shown(address))
        kind = MORE_TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or ""
        if not kind.startswith(KINDS) and kind != "text/vtt":
            return self.report.missing(shown(address), "neither picture nor sound nor film")
        content = self.read(path, address)
        if content is None:
            return None
        if kind == "image/svg+xml":
            from styles import Styles

            near = LocalFiles(path.parent, self.report)
            content = Styles(near, self.report).svg(content.decode("utf-8", "replace")).encode()
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"

    def text(self, url, kinds):
        """The text of a style sheet or script; `None` when there is none, which is reported."""
        address = plain(url)
        if address.startswith("data:"):
            head, _, body = address.partition(",")
            if not any(kind in head for kind in kinds):
                return None
            return base64.b64decode(body).decode("utf-8", "replace") if head.endswith(";base64") else unquote(body)
        path = self.find(address)
        if path is None:
            return self.report.missing(shown(address))
        if not any(kind in (mimetypes.guess_type(path.name)[0] or "") for kind in kinds):
            return self.report.missing(shown(address), "of another type")
        content = self.read(path, address)
        return None if content is None else content.decode("utf-8", "replace")

    def attachment(self, name):
        """An attachment of the cell; its name may be percent-encoded, and its letters composed or not."""
        wanted = {composed(form) for form in forms(name)}
        for found, content in self.attachments.items():
            if content and (composed(found) in wanted or composed(unquote(found)) in wanted):
                # Vectors before pixels, and pixels without loss before others.
                kind = next((kind for kind in ("image/svg+xml", "image/png", "image/jpeg") if kind in content), next(iter(content)))
                data = content[kind]
                data = "".join(data) if isinstance(data, list) else data
                if kind == "image/svg+xml" and data.lstrip().startswith("<"):
                    data = base64.b64encode(data.encode()).decode()
                return f"data:{kind};base64,{''.join(data.split())}"
        return self.report.missing(shown(name), "no such attachment")

    def find(self, address):
        """The file that an address names, or `None`."""
        if address.lower().startswith("file:"):
            address = re.sub(r"^file:(//(localhost)?)?", "", address, flags=re.I)
        for form in forms(address):
            for root in (self.directory, Path("/")):
                # In JupyterLab, `/` is the folder in which it was started.
                steps = form.lstrip("/") if root == self.directory else form
                if root != self.directory and not form.startswith("/"):
                    continue
                path = walk(root, steps)
                if path is not None:
                    return path
        return None

    def read(self, path, address):
        try:
            if path.stat().st_size > LARGEST:
                return self.report.missing(shown(address), f"larger than {LARGEST >> 20} MiB")
            return path.read_bytes()
        except OSError as error:
            return self.report.missing(shown(address), error.strerror or "cannot be read")


def forms(name):
    """The ways in which a name may be meant, the literal one first."""
    found = []
    for form in (name, html.unescape(name)):
        for each in (form, re.split(r"[?#]", form)[0]):
            for one in (each, unquote(each)):
                for way in (one, one.replace("\\", "/")):
                    if way and way not in found:
                        found.append(way)
    return found


def walk(root, steps):
    """The file at `steps` below `root`; a step also fits a name with the same letters, composed or not."""
    path = root
    try:
        for step in filter(None, steps.split("/")):
            following = path / step
            if step not in (".", "..") and not following.exists():
                same = (entry for entry in path.iterdir() if composed(entry.name) == composed(step))
                following = next(same, None)
                if following is None:
                    return None
            path = following
        return path if path.is_file() else None
    except (OSError, ValueError):  # no directory, no right to look, a name that is too long
        return None


def composed(name):
    """A Mac takes Hangul and accents apart; here they are put together."""
    return unicodedata.normalize("NFC", name)


def shown(address):
    """For people: Hangul instead of its percent-encoding."""
    return composed(unquote(address))
