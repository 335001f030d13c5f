"""The browser: `CHROME` is its path (the tests say which one it is)."""

import os

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
    return playwright.chromium.launch(executable_path=os.environ["CHROME"], args=ARGUMENTS)


def listen(page, console):
    """Writes down what the page reports as an error, with the address that it concerns."""
    page.on("console", lambda m: console.append(f"{m.text} ({m.location.get('url')})") if m.type == "error" else None)
    page.on("pageerror", lambda error: console.append(str(error)))
