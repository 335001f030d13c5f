// Shows the result that belongs to the positions of the controls. Everything is in the page: nothing is loaded.
(() => {
  const unpack = async (packed) => {
    if (typeof DecompressionStream === "undefined") {
      throw new Error("this browser is too old to unpack the results: Chromium 80, Firefox 113 or Safari 16.4 can");
    }
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const lines = [];
    const results = [];
    for (const line of (await new Response(stream).text()).split("\n")) {
      if (line[0] === "+") {
        lines.push(line.slice(1));
      } else if (line[0] === "=") {
        const numbers = line.slice(1).split(" ").map(Number);
        const parts = [];
        for (let k = 0; k < numbers.length; k += 2) {
          parts.push(...lines.slice(numbers[k], numbers[k] + numbers[k + 1]));
        }
        results.push(parts.join("\n"));
      }
    }
    return results;
  };

  // What a control is: how many positions it has, where it stands, and that in words.
  const kinds = {
    slider: (control, labels) => {
      const input = control.querySelector("input");
      const output = control.querySelector("output");
      return {
        count: labels.length,
        place: () => Number(input.value),
        tell: () => {
          const label = labels[input.value];
          input.setAttribute("aria-valuetext", label);
          output.textContent = label;
          return label;
        },
      };
    },
    range: (control, labels) => {
      const [low, high] = control.querySelectorAll("input");
      const outputs = control.querySelectorAll("output");
      const count = labels.length;
      // The handle that is moved stops at the other one.
      low.addEventListener("input", () => { low.value = Math.min(low.value, high.value); });
      high.addEventListener("input", () => { high.value = Math.max(low.value, high.value); });
      return {
        count: (count * (count + 1)) / 2,
        place: () => {
          const from = Number(low.value);
          return from * count - (from * (from - 1)) / 2 + Number(high.value) - from;
        },
        tell: () => {
          [low, high].forEach((input, side) => {
            input.setAttribute("aria-valuetext", labels[input.value]);
            outputs[side].textContent = labels[input.value];
          });
          return `${labels[low.value]} – ${labels[high.value]}`;
        },
      };
    },
    choice: (control) => {
      const select = control.querySelector("select");
      return { count: select.options.length, place: () => select.selectedIndex, tell: () => select.value };
    },
    checkbox: (control) => {
      const input = control.querySelector("input");
      return { count: 2, place: () => Number(input.checked), tell: () => (input.checked ? "on" : "off") };
    },
  };

  const ask = (question, feedback, controls) => {
    const answers = [...question.querySelectorAll("input")];
    const button = question.querySelector("button");
    const words = JSON.parse(question.dataset.feedback);
    const chosen = () => answers.findIndex((answer) => answer.checked);
    question.addEventListener("change", () => { button.disabled = chosen() < 0; });
    button.addEventListener("click", () => {
      feedback.innerHTML = words[chosen()];
      question.disabled = true;
      controls.disabled = false;
      controls.querySelector("input, select")?.focus();
    });
  };

  const begin = (root) => {
    const part = (name) => root.querySelector(name);
    const fieldset = part(".nn-controls");
    const result = part(".nn-result");
    const status = part(".nn-unseen[role=status]");
    const at = part(".nn-at");
    const packed = part("script[type='text/plain']");
    const controls = [...root.querySelectorAll(".nn-control:is([data-kind], [data-words])")].map((control) => {
      const { kind, labels, words } = control.dataset;
      if (!kind) {
        return { count: 1, place: () => 0, words: () => words }; // only the notebook can change it
      }
      const made = kinds[kind](control, JSON.parse(labels || "[]"));
      const name = control.querySelector(".nn-name").textContent;
      return { ...made, words: () => `${name} = ${made.tell()}` };
    });
    const place = () => controls.reduce((number, control) => number * control.count + control.place(), 0);
    const start = place();
    let shown = start;
    let results = null;
    let telling = 0;

    const show = (number, html) => {
      if (number !== place() || number === shown) {
        return; // the reader has moved on
      }
      // Whatever stands below stays where it is when a smaller result comes.
      const height = Math.max(result.offsetHeight, parseFloat(result.style.minHeight) || 0);
      result.style.minHeight = `${height}px`;
      result.innerHTML = html;
      // A wide one is scrolled by the keyboard as well.
      result.querySelectorAll("table").forEach((table) => { table.tabIndex = 0; });
      shown = number;
      root.dataset.place = number;
    };
    const move = () => {
      const words = controls.map((control) => control.words()).join(", ");
      at.textContent = words;
      const number = place();
      results ??= unpack(packed.textContent);
      results.then(
        (all) => {
          show(number, all[number]);
          // A screen reader hears the slider itself; what it shows follows when the reader stays.
          clearTimeout(telling);
          telling = setTimeout(() => {
            const described = result.querySelector("svg desc") || result;
            status.textContent = `${words}: ${described.textContent.trim().slice(0, 300)}`;
          }, 600);
        },
        (error) => {
          result.innerHTML = "";
          result.append(Object.assign(document.createElement("p"), { role: "alert", textContent: String(error.message) }));
        },
      );
    };

    root.classList.add("nn-moves");
    root.dataset.place = start;
    fieldset.hidden = false;
    fieldset.addEventListener("input", move);
    // In slides the arrows turn pages: not while they move a control or a wide table.
    root.addEventListener("keydown", (event) => {
      if (event.target.matches("input, select, button, summary, table") && event.key !== "Escape" && event.key !== "Tab") {
        event.stopPropagation();
      }
    });
    const question = part(".nn-question");
    if (question) {
      ask(question, part(".nn-feedback"), fieldset);
    }
  };

  for (const root of document.querySelectorAll(".nn-explore:not(.nn-moves)")) {
    // The last one may be read by the browser just now.
    if (root.querySelector("script[type='text/plain']")) {
      begin(root);
    }
  }
})();
