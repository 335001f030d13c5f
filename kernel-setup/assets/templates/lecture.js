// The lecture: turning slides, light and dark, and the speaker's notes in a window of their own.
(() => {
  "use strict";
  const root = document.documentElement;
  const number = document.querySelector(".bar .number");
  let speaker = null;

  function theme() {
    root.classList.toggle("dark");
  }

  const headingOf = (slide) => [...(slide?.querySelectorAll("h1, h2, h3, h4") ?? [])].at(-1)?.textContent ?? "";

  function notes() {
    speaker = window.open("", "speaker-notes", "width=900,height=700");
    if (!speaker) return;
    speaker.document.documentElement.lang = root.lang;
    speaker.document.body.replaceChildren(document.importNode(document.getElementById("speaker").content, true));
    const started = Date.now();
    speaker.setInterval(() => {
      const seconds = Math.floor((Date.now() - started) / 1000);
      const clock = speaker.document.getElementById("clock");
      if (clock) clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    }, 1000);
    speaker.onkeydown = (event) => {
      const turn = { ArrowRight: "next", PageDown: "next", " ": "next", ArrowLeft: "prev", PageUp: "prev" }[event.key];
      if (turn) Reveal[turn]();
    };
    show();
  }

  function show() {
    const slides = Reveal.getSlides();
    const slide = Reveal.getCurrentSlide();
    const place = slides.indexOf(slide);
    number.textContent = `${place + 1} / ${slides.length}`;
    if (!speaker || speaker.closed) return;
    const at = (id) => speaker.document.getElementById(id);
    at("number").textContent = number.textContent;
    at("heading").textContent = headingOf(slide);
    at("text").innerHTML = slide.querySelector(":scope > .notes")?.innerHTML ?? "";
    at("next").textContent = headingOf(slides[place + 1]);
  }

  const actions = { notes, theme, back: () => Reveal.prev(), on: () => Reveal.next() };
  document.querySelectorAll(".bar button").forEach((button) => button.addEventListener("click", actions[button.dataset.do]));
  Reveal.on("ready", show);
  Reveal.on("slidechanged", show);
  Reveal.initialize({ width: 1280, height: 720, margin: 0.03, center: false, hash: true, controls: false, transition: "none" });
  Reveal.addKeyBinding({ keyCode: 68, key: "D", description: "Light or dark" }, theme);
  Reveal.addKeyBinding({ keyCode: 83, key: "S", description: "Speaker notes" }, notes);
})();
