"""Opens a notebook in JupyterLab (or Notebook 7), runs its cells, and drags the slider of its last cell as a student does.

usage: slider.py ADDRESS SCREENSHOTS_DIR [SECONDS]
The last cell shows charts named "N units" and says "trained in T ms". Prints one JSON object: what is shown after the drag
to the right end and how long after it, what the keyboard does, what a loaded page shows, what an exercise in an earlier cell
says, messages on the console.
"""

import json
import pathlib
import re
import sys

from playwright.sync_api import sync_playwright

from browser import launch, listen

# The time at which each name of the chart was first seen.
WATCH = """() => {
  window.seen = {};
  const look = () => {
    const chart = document.querySelector('.widget-html svg[role=img]');
    const name = chart && chart.getAttribute('aria-label');
    if (name && !(name in window.seen)) window.seen[name] = performance.now();
  };
  new MutationObserver(look).observe(document.body, {childList: true, subtree: true});
  look();
}"""


def main():
    address, folder = sys.argv[1:3]
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 180.0
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    console = []
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(seconds * 1000)
        listen(page, console)
        page.goto(address)
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        # Before the kernel is there, JupyterLab would ask which one to take.
        page.get_by_text("Rust (nn-lib) | Idle").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        handle = page.locator(".widget-slider .noUi-handle").first
        handle.wait_for()
        page.wait_for_function("!document.querySelector('.jp-Notebook').textContent.includes('[*]')")
        page.locator(".widget-html svg[role=img]").first.wait_for()
        page.screenshot(path=folder / "slider-start.png")
        exercise = page.locator(".jp-OutputArea [role=status] strong").all_inner_texts()
        page.evaluate(WATCH)
        result = {"drag": drag(page, handle, folder), "exercise": exercise}
        handle.focus()
        for key in ["ArrowLeft", "ArrowLeft", "ArrowLeft"]:
            page.keyboard.press(key)
        result["keyboard"] = shown(page, "61 units")
        page.keyboard.press("Control+s")
        page.wait_for_timeout(1500)
        page.reload()
        page.locator(".widget-slider .noUi-handle").first.wait_for()
        result["reloaded"] = shown(page, "61 units")
        page.locator(".widget-slider .noUi-handle").first.focus()
        page.keyboard.press("ArrowRight")
        result["moved_after_reload"] = shown(page, "62 units")
        page.screenshot(path=folder / "slider-reloaded.png")
        result["console"] = console
        browser.close()
    print(json.dumps(result, indent=1))


def drag(page, handle, folder):
    """Drags the handle to the right end within a second and a half."""
    box = handle.bounding_box()
    track = page.locator(".widget-slider .noUi-target").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    steps = 60
    for step in range(1, steps + 1):
        page.mouse.move(x + (track["x"] + track["width"] + 2 - x) * step / steps, y)
        page.wait_for_timeout(20)
    end = page.evaluate("performance.now()")
    page.mouse.up()
    name = shown(page, "64 units")
    seen = page.evaluate("window.seen")
    text = page.locator(".widget-html pre").last.inner_text()
    page.screenshot(path=folder / "slider-end.png")
    return {
        "shown": name,
        "after_ms": seen.get("64 units", 1e9) - end,
        "training_ms": float(re.search(r"trained in ([\d.]+) ms", text)[1]),
        "charts": len(seen),
    }


def shown(page, name):
    """Waits for the chart of this name."""
    page.locator(f".widget-html svg[aria-label='{name}']").first.wait_for()
    return name


if __name__ == "__main__":
    main()
