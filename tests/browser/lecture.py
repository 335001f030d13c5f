"""Looks at exported pages and slides as a lecturer and a student do, and reports what does not fit, what axe finds, and more.

usage: lecture.py FOLDER SCREENSHOTS_DIR [--axe] [--pictures]
FOLDER has NAME.slides.html and NAME.html. With --axe the rules of WCAG 2.2 AA are checked, with --pictures every slide and
page is photographed.
Prints one JSON object. The browser has no network.
"""

import json
import pathlib
import sys

import axe_playwright_python
from playwright.sync_api import sync_playwright

from browser import launch, listen

AXE = pathlib.Path(axe_playwright_python.__file__).with_name("axe.min.js")
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# In the dark only the colours are different.
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
LOOKED_AT_BY_AXE = "--axe" in sys.argv
PICTURES = "--pictures" in sys.argv
# What is wrong with the slide that is shown, all of its steps done.
LOOK = """() => {
  const slide = Reveal.getCurrentSlide();
  const inner = slide.querySelector(":scope > .slide");
  const wrong = [];
  const box = inner.getBoundingClientRect(), bar = document.querySelector(".bar").getBoundingClientRect();
  if (inner.scrollHeight > inner.clientHeight + 1) wrong.push(`${inner.scrollHeight} high`);
  if (inner.scrollWidth > inner.clientWidth + 1) wrong.push(`${inner.scrollWidth} wide`);
  if (box.bottom > bar.top + 1 || box.bottom > innerHeight || box.right > innerWidth) wrong.push("leaves the screen");
  if (!slide.querySelector("h1, h2, h3, h4")) wrong.push("no heading");
  const hidden = [...inner.querySelectorAll("img, pre, li")].filter((e) => e.offsetHeight > 0 && e.getBoundingClientRect().bottom > box.bottom + 1);
  if (hidden.length) wrong.push(`${hidden.length} parts below its end`);
  const letters = parseFloat(inner.style.fontSize || "100");
  if (letters < 70) wrong.push(`letters of ${letters} %`);
  return { wrong, heading: [...slide.querySelectorAll("h1, h2, h3, h4")].at(-1)?.textContent ?? "", letters, notes: !!slide.querySelector(".notes") };
}"""


def main():
    folder, pictures = map(pathlib.Path, sys.argv[1:3])
    pictures.mkdir(parents=True, exist_ok=True)
    seen = {"console": [], "slides": {}, "wrong": [], "violations": [], "pages": 0, "notes": 0, "paper": {}}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for file in sorted(folder.glob("*.slides.html")):
            slides(browser, file, pictures, seen)
        for file in sorted(file for file in folder.glob("*.html") if not file.name.endswith(".slides.html")):
            page(browser, file, pictures, seen)
        browser.close()
    print(json.dumps(seen, indent=1))


def opened(browser, file, seen, width, height, scheme):
    page = browser.new_context(viewport={"width": width, "height": height}, offline=True, color_scheme=scheme).new_page()
    listen(page, seen["console"])
    page.goto(file.absolute().as_uri())
    return page


def violations(page, rules):
    if not LOOKED_AT_BY_AXE:
        return []
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, { runOnly: rules })", rules)["violations"]
    return [f"{v['id']}: {v['help']}: {[n['html'][:160] for n in v['nodes']]}" for v in found]


def slides(browser, file, pictures, seen):
    """Each slide on a projector of 1280 x 800 whose system is dark: the slides are light all the same."""
    name = file.name.removesuffix(".slides.html")
    page = opened(browser, file, seen, 1280, 800, "dark")
    count = page.evaluate("Reveal.getSlides().length")
    for number in range(count):
        page.evaluate("n => { const { h, v } = Reveal.getIndices(Reveal.getSlides()[n]); Reveal.slide(h, v || 0, 1000); }", number)
        found = page.evaluate(LOOK)
        seen["notes"] += found["notes"]
        seen["wrong"] += [f"{name}, slide {number + 1}, {found['heading']}: {what}" for what in found["wrong"]]
        if PICTURES:
            page.wait_for_timeout(300)  # the steps fade in
            page.screenshot(path=pictures / f"{name}-{number + 1:02}.png")
    seen["slides"][name] = count
    if page.evaluate("getComputedStyle(document.querySelector('.reveal-viewport')).backgroundColor") != "rgb(255, 255, 255)":
        seen["wrong"].append(f"{name}: not light")
    # Everything at once, which axe can look at in one go; the style sheet for paper shows it.
    for theme in ("light", "dark"):
        if theme == "dark":
            page.evaluate("Reveal.slide(0, 0)")
            page.keyboard.press("d")
            if page.evaluate("getComputedStyle(document.querySelector('.reveal-viewport')).backgroundColor") == "rgb(255, 255, 255)":
                seen["wrong"].append(f"{name}: not dark")
        page.add_style_tag(content=ALL)
        page.evaluate("document.documentElement.classList.add('all')")
        seen["violations"] += [f"{name}, slides, {theme}: {v}" for v in violations(page, RULES if theme == "light" else CONTRAST)]
        page.evaluate("document.documentElement.classList.remove('all')")
        page.screenshot(path=pictures / f"{name}-{theme}.png")
    seen["paper"][name] = sheets(page)
    page.context.close()


# Are formulas there, and their font is not?
FONT = """() => document.fonts.ready.then(() =>
  !!document.querySelector("math") && ![...document.fonts].some((font) => font.family.includes("STIX Two Math") && font.status === "loaded"))"""

# Texts with an asterisk: a letter behind a stressed word's last sign keeps it from being stressed.
SIGNS = """() => {
  const found = [], walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (node.data.includes("*") && node.parentElement.closest(".markdown") && !node.parentElement.closest("code, pre, math, script, style")) found.push(node.data.trim().slice(0, 80));
  return found;
}"""

# All slides below each other.
ALL = """
.all .reveal .slides { position: static; transform: none !important; width: 1280px; height: auto; zoom: 1 !important; }
.all .reveal .slides section, .all .reveal .slides section .fragment { display: block !important; position: static !important; visibility: visible !important; opacity: 1 !important; transform: none !important; height: auto !important; }
.all .reveal, .all body, .all { height: auto !important; overflow: visible !important; position: static !important; }
"""


def sheets(page):
    """How many sheets of paper the slides take."""
    return page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")


def page(browser, file, pictures, seen):
    """Both colour schemes on three widths; nothing may be wider than the screen, and no formula has a scroll bar."""
    name = file.stem
    seen["pages"] += 1
    for width, height in ((1366, 900), (390, 844), (1920, 1080)):
        for scheme in ("light", "dark"):
            rules = {(1366, "light"): RULES, (1366, "dark"): CONTRAST, (390, "light"): RULES}.get((width, scheme))
            if not PICTURES and (rules is None or scheme == "dark" and not LOOKED_AT_BY_AXE):
                continue
            shown = opened(browser, file, seen, width, height, scheme)
            if shown.evaluate("document.documentElement.scrollWidth > innerWidth"):
                seen["wrong"].append(f"{name}, {width}: wider than the screen")
            bars = shown.evaluate("[...document.querySelectorAll('.formula')].filter(f => f.scrollHeight > f.clientHeight + 1 || f.scrollWidth > f.clientWidth + 1).length")
            if bars and width > 390:
                seen["wrong"].append(f"{name}, {width}: {bars} formulas do not fit")
            if shown.evaluate(FONT):
                seen["wrong"].append(f"{name}, {width}: formulas without their font")
            for text in shown.evaluate(SIGNS):
                seen["wrong"].append(f"{name}: Markdown that was not understood: {text}")
            if PICTURES:
                shown.screenshot(path=pictures / f"{name}-page-{width}-{scheme}.png")
            if rules:
                shown.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true })")
                # The rows of a chart's numbers are like each other, and axe needs minutes for thousands of them.
                shown.evaluate("document.querySelectorAll('.data tbody').forEach(b => [...b.rows].slice(3).forEach(row => row.remove()))")
                seen["violations"] += [f"{name}, {width}, {scheme}: {v}" for v in violations(shown, rules)]
            shown.context.close()


if __name__ == "__main__":
    main()
