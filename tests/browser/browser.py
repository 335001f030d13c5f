"""The browser of this machine."""

import pathlib

BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch(playwright):
    executable = next(path for path in BROWSERS if pathlib.Path(path).exists())
    return playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)


def listen(page, console):
    """Writes down what the page reports as an error, with the address that it concerns."""
    page.on("console", lambda m: console.append(f"{m.text} ({m.location.get('url')})") if m.type == "error" else None)
    page.on("pageerror", lambda error: console.append(str(error)))
