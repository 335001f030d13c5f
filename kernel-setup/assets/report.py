"""What a page had to leave, told once for each notebook."""

SHOWN = 8


class Report:
    """Collects; the same thing counts once."""

    def __init__(self):
        self.outside = {}
        self.absent = {}
        self.formulas = {}

    def elsewhere(self, kind, url):
        """Something that would have been loaded from another place."""
        self.outside[f"{kind} {short(url)}".strip()] = True

    def missing(self, url, reason="not found"):
        """A picture or another file that should have become part of the page."""
        self.absent[f"{short(url)} ({reason})"] = True

    def formula(self, tex, reason):
        """A formula that could not be converted."""
        self.formulas[f"{short(' '.join(tex.split()))} ({reason})"] = True

    def lines(self):
        """One line for each kind of thing."""
        kinds = [
            ("left out, because a page loads nothing from elsewhere", self.outside),
            ("missing on the page", self.absent),
            ("shown as TeX, because it cannot be converted", self.formulas),
        ]
        for sentence, things in kinds:
            if things:
                named = list(things)[:SHOWN]
                more = len(things) - len(named)
                yield f"{sentence}: " + ", ".join(named) + (f", and {more} more" if more else "")


def short(text):
    return text if len(text) <= 120 else f"{text[:117]}..."
