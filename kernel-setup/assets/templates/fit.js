// Makes every slide fit the screen: pictures take what room there is, long outputs show their beginning and their end, and
// what is still too much goes to a slide of its own below, under the same heading.
(() => {
  "use strict";
  const SMALLEST_PICTURE = 360;
  const FEWEST_LINES = 8;
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const excess = (slide) => slide.scrollHeight - slide.clientHeight;

  function fit(section) {
    const slide = section.querySelector(":scope > .slide");
    if (excess(slide) > 0) shrinkPictures(slide);
    if (excess(slide) > 0) all(slide, ".output > pre, .output table").forEach((output) => shorten(slide, output));
    const start = excess(slide) > 0 && whereToCut(slide);
    if (start) {
      fit(continued(section, slide, start));
      growPictures(slide);
      shrinkPictures(slide);
    }
    for (let size = 95; excess(slide) > 0 && size >= 50; size -= 5) slide.style.fontSize = `${size}%`;
  }

  const pictures = (slide) => all(slide, ".output > img, .markdown p > img, .nn-explore svg");

  function growPictures(slide) {
    pictures(slide).forEach((picture) => { picture.style.maxHeight = ""; });
  }

  function shrinkPictures(slide) {
    for (const picture of pictures(slide)) {
      const height = picture.getBoundingClientRect().height;
      const wanted = height - Math.max(0, excess(slide));
      if (wanted < height && height > SMALLEST_PICTURE) picture.style.maxHeight = `${Math.max(SMALLEST_PICTURE, wanted)}px`;
    }
  }

  // Takes lines out of the middle.
  function shorten(slide, output) {
    const table = output.tagName === "TABLE";
    const rows = table ? all(output, "tbody tr") : lines(output);
    const height = table && rows.length ? rows[0].offsetHeight : parseFloat(getComputedStyle(output).lineHeight);
    const out = Math.min(rows.length - FEWEST_LINES, Math.ceil(excess(slide) / height) + 1);
    if (excess(slide) <= 0 || out < 2) return;
    const first = rows.length - 2 - out;
    if (table) {
      const cell = Object.assign(document.createElement("td"), { textContent: "…", colSpan: rows[0].cells.length });
      rows[first].before(document.createElement("tr"));
      rows[first].previousElementSibling.append(cell);
      rows.slice(first, first + out).forEach((row) => row.remove());
    } else {
      const range = document.createRange();
      range.setStart(...rows[first]);
      range.setEnd(...rows[first + out]);
      range.deleteContents();
      range.insertNode(document.createTextNode("…\n"));
    }
  }

  // Where each line of a text begins: a node and a place in it.
  function lines(text) {
    const found = [];
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    let begins = true;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (let place = 0; place < node.length; place += 1) {
        if (begins) found.push([node, place]);
        begins = node.data[place] === "\n";
      }
    }
    return found;
  }

  // The parts of a slide that can stand on different slides.
  function parts(slide) {
    const cells = all(slide, ":scope > .cell, :scope > div > .cell");
    return cells.flatMap((cell) => all(cell, cell.matches(".code") ? ":scope > .input, :scope > .outputs > .output" : ":scope > *"));
  }

  const isHeading = (part) => /^H[1-6]$/.test(part.tagName);

  // A range begins at what this returns; nothing, where the slide cannot be divided.
  function whereToCut(slide) {
    const bottom = slide.getBoundingClientRect().top + slide.clientHeight;
    const shown = parts(slide).filter((part) => part.offsetHeight > 0);
    let place = shown.findIndex((part) => part.getBoundingClientRect().bottom > bottom + 0.5);
    if (place < 0) return null;
    const before = shown.slice(0, place).filter((part) => !isHeading(part));
    const tall = shown[place].offsetHeight > slide.clientHeight * 0.75;
    const alone = before.length === 0;
    const inside = (alone || tall) && whereToCutPart(shown[place], bottom, alone);
    if (inside) return inside;
    if (alone) return shown[place + 1] ? beforeNode(shown[place + 1]) : null;
    if (belongsTo(shown[place - 1], shown[place], slide) && before.length > 1) place -= 1;
    while (isHeading(shown[place - 1])) place -= 1;
    return beforeNode(shown[place]);
  }

  // A result alone says little: its code goes with it, where one slide has room for both.
  function belongsTo(code, result, slide) {
    return code.matches(".input") && code.parentNode === result.closest(".cell") && code.offsetHeight + result.offsetHeight < slide.clientHeight * 0.8;
  }

  const beforeNode = (node) => [node.parentNode, [...node.parentNode.childNodes].indexOf(node)];

  // At least two rows stay; where there is no room for them, the part goes as a whole, unless it is alone.
  function whereToCutPart(part, bottom, alone) {
    const rows = all(part, "tbody tr, li");
    if (rows.length > 2) {
      const row = rows.findIndex((row) => row.getBoundingClientRect().bottom > bottom);
      if (row < 0 || (row < 2 && !alone)) return null;
      return beforeNode(rows[Math.max(row, 2)]);
    }
    const text = part.querySelector("pre");
    if (!text) return null;
    const starts = lines(text);
    const style = getComputedStyle(text);
    const top = text.getBoundingClientRect().top + parseFloat(style.paddingTop) + parseFloat(style.borderTopWidth);
    const fitting = Math.floor((bottom - top) / parseFloat(style.lineHeight)) - 1;
    if (fitting < 3 || fitting >= starts.length) return null;
    // Better before a line that begins something.
    const begins = ([node, place]) => /^[\w/#"]/.test(node.data.slice(place));
    for (let line = fitting; line > fitting * 0.5; line -= 1) if (begins(starts[line])) return starts[line];
    return starts[fitting];
  }

  // A new slide with everything from `start` on.
  function continued(section, slide, start) {
    const list = start[0].nodeType === Node.ELEMENT_NODE && start[0].matches("ol") ? start[0] : null;
    const head = start[0].nodeType === Node.ELEMENT_NODE && start[0].closest("table")?.tHead;
    const counted = list ? (list.start || 1) + all(list, ":scope > li").findIndex((item) => item === list.childNodes[start[1]]) : 0;
    const range = document.createRange();
    range.setStart(...start);
    range.setEnd(slide, slide.childNodes.length);
    const rest = range.extractContents();
    const next = document.createElement("section");
    const place = Object.assign(document.createElement("div"), { className: "slide" });
    place.append(rest);
    next.append(place);
    growPictures(place);
    place.firstElementChild?.classList.remove("fragment");
    // The beginning of a cell has stayed with its summary; without one a browser would write "Details".
    all(place, ".input").filter((input) => !input.querySelector("summary")).forEach((input) => input.prepend(document.createElement("summary")));
    if (list) place.querySelector("ol").start = counted;
    if (head) place.querySelector("table").prepend(head.cloneNode(true));
    const [first] = parts(place);
    if (!first || !isHeading(first)) place.prepend(heading(slide));
    const notes = section.querySelector(":scope > .notes");
    if (notes) next.append(notes.cloneNode(true));
    if (section.parentNode.matches(".slides")) {
      const stack = document.createElement("section");
      stack.className = "stack";
      section.replaceWith(stack);
      stack.append(section);
    }
    section.after(next);
    return next;
  }

  // The slide's last heading once more, small.
  function heading(slide) {
    const last = all(slide, "h1, h2, h3, h4").at(-1);
    const again = document.createElement(last ? last.tagName : "h2");
    again.className = "continued";
    again.innerHTML = last ? last.innerHTML : document.title;
    if (!again.querySelector("small")) again.append(" ", document.getElementById("continued").content.cloneNode(true));
    return again;
  }

  document.documentElement.classList.add("fitting");
  all(document, ".slides > section").forEach((section) => {
    const leaves = all(section, ":scope > section");
    if (leaves.length) section.classList.add("stack");
    (leaves.length ? leaves : [section]).forEach(fit);
  });
  document.documentElement.classList.remove("fitting");
})();
