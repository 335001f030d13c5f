"""Moves every control of an exported page to each of its positions and reports what differs from what the kernel showed.

usage: controls.py PAGE EXPECTED_DIR SCREENSHOTS_DIR
       controls.py SLIDES
EXPECTED_DIR has a file for each exploration of the page, 0.txt, 1.txt, ...: the HTML of its results in their order, with a
zero byte between two of them.
Prints one JSON object. The browser has no network.
"""

import base64
import gzip
import itertools
import json
import pathlib
import sys

import axe_playwright_python
from playwright.sync_api import sync_playwright

from browser import launch, listen

AXE = pathlib.Path(axe_playwright_python.__file__).with_name("axe.min.js")


def main():
    if len(sys.argv) == 2:
        return slides(pathlib.Path(sys.argv[1]))
    file, expected, folder = map(pathlib.Path, sys.argv[1:4])
    folder.mkdir(parents=True, exist_ok=True)
    seen = {"console": [], "outside": [], "different": [], "violations": [], "positions": []}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
        page = context.new_page()
        listen(page, seen["console"])
        page.on("request", lambda r: seen["outside"].append(r.url) if not r.url.startswith(("file:", "data:", "blob:")) else None)
        for how in ("keyboard", "mouse"):
            page.goto(file.absolute().as_uri())
            for number in range(page.locator(".nn-explore").count()):
                root = page.locator(".nn-explore").nth(number)
                html = (expected / f"{number}.txt").read_bytes().decode().split("\0")
                seen["locked"] = answer(root, seen)
                seen["different"] += packed(root, html, number)
                tried = 0
                for place, differs in moved(page, root, html, how):
                    tried += 1
                    if differs:
                        seen["different"].append(f"exploration {number}, position {place}, by {how}")
                seen["positions"].append(tried)
                root.screenshot(path=folder / f"{number}-{how}.png")
        looks(page, file, folder, seen)
        browser.close()
    print(json.dumps(seen, indent=1))


def answer(root, seen):
    """Answers the question by the keyboard; before that nothing could be moved."""
    question = root.locator(".nn-question")
    if not question.count():
        return seen.get("locked", [])
    locked = [root.locator(".nn-controls").evaluate("e => e.matches(':disabled')"), root.locator(".nn-feedback").inner_text() == ""]
    question.locator("input").first.focus()
    root.page.keyboard.press("Space")
    root.page.keyboard.press("Tab")
    root.page.keyboard.press("Enter")
    locked.append(root.locator(".nn-controls").evaluate("e => !e.matches(':disabled')"))
    locked.append(root.locator(".nn-feedback details:not([open])").count() == 1)
    locked.append(root.locator(".nn-controls :focus").count() == 1)
    return seen.get("locked", []) + locked


def packed(root, html, number):
    """The results as they lie in the page, byte for byte."""
    text = gzip.decompress(base64.b64decode(root.locator("script[type='text/plain']").text_content())).decode()
    lines, results = [], []
    for line in text.removesuffix("\n").split("\n"):
        if line[0] == "+":
            lines.append(line[1:])
        else:
            pairs = list(map(int, line[1:].split(" ")))
            results.append("\n".join(part for first, count in zip(pairs[::2], pairs[1::2]) for part in lines[first : first + count]))
    if len(results) != len(html):
        return [f"exploration {number} has {len(results)} results, and the kernel showed {len(html)}"]
    return [f"exploration {number}, result {k}" for k, (one, other) in enumerate(zip(results, html)) if one != other]


def moved(page, root, html, how):
    """Goes through all positions, the last control first as the results do; yields each and whether it shows another result."""
    controls = [root.locator(".nn-control[data-kind]").nth(k) for k in range(root.locator(".nn-control[data-kind]").count())]
    ways = [way(page, control, how) for control in controls]
    before = [None] * len(ways)
    for place, now in enumerate(itertools.product(*(range(count) for count, _ in ways))):
        for (_, move), old, new in zip(ways, before, now):
            if old != new:
                move(new)
        before = now
        try:
            page.wait_for_function("([root, place]) => root.dataset.place === String(place)", arg=[root.element_handle(), place], timeout=5000)
        except Exception:
            yield place, True
            continue
        yield place, not root.evaluate(
            """(root, html) => {
              const parsed = document.createElement("template");
              parsed.innerHTML = html;
              return root.querySelector(".nn-result").innerHTML === parsed.innerHTML;
            }""",
            html[place],
        )


def way(page, control, how):
    """How many positions a control has, and how to move it there."""
    kind = control.get_attribute("data-kind")
    if kind == "checkbox":
        box = control.locator("input")

        def check(on):
            if box.is_checked() != bool(on):
                box.click() if how == "mouse" else (box.focus(), page.keyboard.press("Space"))

        return 2, check
    if kind == "choice":
        select = control.locator("select")
        count = select.locator("option").count()

        def choose(place):
            if how == "mouse":
                select.select_option(index=place)
            else:
                select.focus()
                page.keyboard.press("Home")
                for _ in range(place):
                    page.keyboard.press("ArrowDown")

        return count, choose
    count = len(json.loads(control.get_attribute("data-labels")))
    handles = [control.locator("input").nth(k) for k in range(control.locator("input").count())]

    def slide(handle, place):
        if how == "keyboard":
            handle.focus()
            page.keyboard.press("Home")
            for _ in range(place - int(handle.input_value())):
                page.keyboard.press("ArrowRight")
        else:
            handle.scroll_into_view_if_needed()
            box = handle.bounding_box()
            # The handle's middle goes from half its width to half its width before the end.
            page.mouse.move(box["x"] + 8 + (box["width"] - 16) * place / (count - 1), box["y"] + box["height"] / 2)
            page.mouse.down()
            page.mouse.up()

    if kind == "slider":
        return count, lambda place: slide(handles[0], place)
    pairs = [(low, high) for low in range(count) for high in range(low, count)]

    def both(place):
        low, high = pairs[place]
        slide(handles[1], count - 1)
        slide(handles[0], low)
        slide(handles[1], high)

    return len(pairs), both


def looks(page, file, folder, seen):
    """Light, dark, narrow and on paper: what axe finds, and a picture of each."""
    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 360), ("dark", 360)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.goto(file.absolute().as_uri())
        for question in range(page.locator(".nn-question").count()):
            page.locator(".nn-question").nth(question).locator("input").last.check()
            page.locator(".nn-question").nth(question).locator("button").click()
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run()")["violations"]
        seen["violations"] += [f"{scheme} {width}: {v['id']}: {v['help']}: {[n['html'][:200] for n in v['nodes']]}" for v in found]
        page.screenshot(path=folder / f"page-{scheme}-{width}.png", full_page=True)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            seen["violations"].append(f"{width}: the page is wider than the screen")
    page.set_viewport_size({"width": 900, "height": 1200})
    page.emulate_media(media="print", color_scheme="light")
    seen["paper"] = [
        page.locator(".nn-controls:visible").count(),
        page.locator(".nn-at:visible").count(),
        page.locator(".nn-result:visible").count(),
    ]
    page.screenshot(path=folder / "page-print.png", full_page=True)


def slides(file):
    """Whether the arrows move a slider that has the focus, and turn the slides when it has not."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True).new_page()
        console = []
        listen(page, console)
        page.goto(file.absolute().as_uri())
        root = page.locator(".nn-explore").first
        at = "(() => { const { h, v } = Reveal.getIndices(); return [h, v || 0]; })()"
        while not root.is_visible():
            before = page.evaluate(at)
            page.keyboard.press("Space")
            if page.evaluate(at) == before:
                break
        found = page.evaluate(at)
        answer(root, {})
        slider = root.locator("input[type=range]").first
        slider.focus()
        place, shown = int(slider.input_value()), root.locator(".nn-result").inner_html()
        for key in ("ArrowRight", "ArrowUp", "ArrowRight"):
            page.keyboard.press(key)
        page.wait_for_timeout(300)
        moved, stayed = int(slider.input_value()) - place, page.evaluate(at) == found
        changed = root.locator(".nn-result").inner_html() != shown
        page.screenshot(path=file.with_suffix(".png"))
        slider.evaluate("e => e.blur()")
        page.keyboard.press("ArrowRight")
        turned = page.evaluate(at) != found
        browser.close()
    print(json.dumps({"moved": moved, "stayed": stayed, "changed": changed, "turned": turned, "console": console}))


if __name__ == "__main__":
    main()
