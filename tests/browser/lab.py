"""Opens a notebook in JupyterLab as a student does, runs all of it, and reports what the page shows.

usage: lab.py URL TOKEN NOTEBOOK SCREENSHOTS_DIR [SECONDS]
Prints one JSON object: charts and errors in the page, messages on the console, requests to other machines.
"""

import json
import pathlib
import sys
import time
from urllib.parse import quote, urlparse

from playwright.sync_api import sync_playwright

from browser import launch, listen


def main():
    url, token, notebook, folder = sys.argv[1:5]
    seconds = float(sys.argv[5]) if len(sys.argv) > 5 else 180.0
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    console, outside = [], []
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, device_scale_factor=2)
        listen(page, console)
        page.on("request", lambda r: outside.append(r.url) if is_outside(r.url) else None)
        page.goto(f"{url}/lab/tree/{quote(notebook)}?token={token}&reset")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=seconds * 1000)
        # Before the kernel is there, JupyterLab would ask which one to take.
        page.get_by_text("Rust (nn-lib) | Idle").wait_for(timeout=seconds * 1000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        finished = wait_until_all_ran(page, seconds)
        page.wait_for_timeout(500)
        result = {"finished": finished, **look(page, folder), "console": console, "outside": outside}
        browser.close()
    print(json.dumps(result, indent=1))


def is_outside(url):
    """Whether a request leaves this machine."""
    parsed = urlparse(url)
    return parsed.scheme in ("http", "https", "ws", "wss") and parsed.hostname not in ("127.0.0.1", "localhost")


def states(page):
    """The prompts of all code cells, from the top to the bottom: '[1]:', '[*]:', '[ ]:'."""
    return page.evaluate(
        """() => {
          const panel = [...document.querySelectorAll('.jp-NotebookPanel')].find(p => !p.classList.contains('lm-mod-hidden'));
          return [...panel.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(p => p.textContent.trim());
        }"""
    )


def wait_until_all_ran(page, seconds):
    """Scrolls through the notebook until its last cell has run or one has failed."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        page.wait_for_timeout(500)
        prompts = states(page)
        waiting = [prompt for prompt in prompts if "*" in prompt]
        if prompts and not waiting and any(prompt != "[ ]:" for prompt in prompts):
            return True
    return False


def look(page, folder):
    """Counts charts and errors, cell by cell, and takes a picture of every chart and of each error."""
    charts, errors = 0, []
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    for number in range(cells.count()):
        cell = cells.nth(number)
        cell.scroll_into_view_if_needed()
        page.wait_for_timeout(50)
        drawn = cell.locator(".jp-OutputArea-output svg[role=img], .jp-OutputArea-output img")
        if drawn.count():
            charts += drawn.count()
            cell.screenshot(path=folder / f"cell-{number:02}-chart.png")
        failed = cell.locator("[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']")
        for index in range(failed.count()):
            errors.append(failed.nth(index).inner_text())
            cell.screenshot(path=folder / f"cell-{number:02}-error.png")
    page.screenshot(path=folder / "page.png")
    return {"cells": cells.count(), "charts": charts, "errors": errors}


if __name__ == "__main__":
    main()
