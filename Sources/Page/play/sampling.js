// Temperature, top-k and top-p before a draw.

import { Sketch, buttons, clamp, html, knob, message, percent, short, svg, trim } from "./kit.js";

const bos = 26, longest = 16;
const letterOf = (id) => (id === bos ? "·" : String.fromCharCode(97 + id));

export const sampling = {
  title: "Draw the next letter",
  hook: "Bold, boring, or cut short.",
  lesson: ["6-adam/5-temperature", "How it writes"],
  code: "forward, softmax, PythonRandom's choice; top-k and top-p as in the lesson",
  invite: "What a trained model expects next. Draw a letter: a dart hits the band below, and the name "
    + "grows. Drag the line to cut off the unlikely ones.",
  notice: "Cold, it writes the same names again and again; hot, it takes risks. Top-k keeps the same "
    + "number of letters everywhere. Top-p keeps few when the model is sure, and many when it isn't: "
    + "set it to 0.8, and write on.",

  mount({ stage, controls, compute, report }) {
    let [prefix, drawn, dart, isOver, timer] = ["em", [], null, false, 0];
    compute("playDraw", []);  // the same darts for everybody
    const sketch = new Sketch(stage, "Shares of the next letter", 392, draw);
    let edge;
    const cut = svg("line", { y1: -160, y2: 36, class: "s-second", "stroke-width": 2, "stroke-dasharray": "5 4" });
    const handle = sketch.handle({
      label: "top-k",
      shape: [svg("rect", { x: -20, y: -174, width: 40, height: 204, class: "reach" }), cut,
        svg("circle", { cy: -160, r: 13, class: "halo" }), svg("circle", { cy: -160, r: 8, class: "disc f-second" })],
      drag: (x) => setK(Math.round(edge.back(x))),
      key: (right, up) => setK(topK.value + Math.sign(right + up)),
      read: () => ({ text: `${topK.value} letters stay`, now: topK.value, low: 1, high: 27 }),
    });
    buttons(controls,
      { label: "Draw a letter", main: true, press: drawOne },
      { label: "Finish the name", press: finish },
      { label: "Start again", press: () => begin("em") });
    const text = html("input", {
      type: "text", class: "prefix", maxlength: longest - 1, value: prefix, autocomplete: "off",
      autocapitalize: "off", spellcheck: "false", "aria-label": "the name so far",
      input: () => {
        begin([...text.value.toLowerCase()].filter((c) => c >= "a" && c <= "z").join(""));
      },
    });
    controls.append(html("label", { class: "knob" }, html("span", { class: "knob-name" }, "the name so far"), text));
    const temperature = knob(controls, {
      label: "temperature", places: [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10], value: 1, change: () => sketch.redraw(),
    });
    const topK = knob(controls, {
      label: "top-k", low: 1, high: 27, step: 1, value: 27, show: (k) => (k === 27 ? "all" : String(k)),
      change: () => sketch.redraw(),
    });
    const topP = knob(controls, {
      label: "top-p", low: 0.05, high: 1, step: 0.05, value: 1, show: (p) => (p === 1 ? "all" : trim(p)),
      change: () => sketch.redraw(),
    });
    const say = message(controls);
    const list = html("p", { class: "names", "aria-label": "names drawn" });
    stage.append(list);
    const ask = (name) => compute("playNext", [temperature.value, topK.value, topP.value, bos,
      ...[...name].map((c) => c.charCodeAt(0) - 97)]);
    /** Tokens, the likeliest first: the order of the bars, and of the band. */
    const ranked = (probs) => Array.from({ length: 27 }, (_, id) => id)
      .sort((a, b) => probs[b] - probs[a] || a - b);
    sketch.redraw();

    function setK(k) {
      topK.set(clamp(k, 1, 27));
      sketch.redraw();
    }
    function begin(start) {
      clearTimeout(timer);
      [prefix, dart, isOver] = [start.slice(0, longest - 1), null, false];
      sketch.redraw();
    }
    /** Throws a dart at what stands there; a moment later its letter belongs to the name. */
    function throwDart() {
      settle();
      if (isOver) begin(prefix.startsWith("em") ? "em" : "");
      const n = ask(prefix);
      const order = ranked(n);
      const [index, place] = compute("playDraw", order.map((id) => n[27 + id]));
      const id = order[index];
      dart = { id, place };
      isOver = id === bos || prefix.length + 1 === longest;
      if (isOver) drawn = [...drawn, prefix + (id === bos ? "" : letterOf(id))].slice(-24);
    }
    function settle() {
      clearTimeout(timer);
      if (!dart || isOver) return;
      [prefix, dart] = [prefix + letterOf(dart.id), null];
    }
    function drawOne() {
      throwDart();
      sketch.redraw();
      timer = setTimeout(() => {
        settle();
        sketch.redraw();
      }, 1100);
    }
    function finish() {
      do throwDart(); while (!isOver);
      sketch.redraw();
    }

    function draw(pen, width, height) {
      const n = ask(prefix);
      const [probs, kept] = [n.slice(0, 27), n.slice(27)];
      const total = kept.reduce((sum, p) => sum + p, 0);
      const order = ranked(probs);
      if (document.activeElement !== text) text.value = prefix;

      const column = (width - 8) / 27;
      edge = (k) => 4 + k * column;
      edge.back = (x) => (x - 4) / column;
      const name = pen.text("", 4, 36, { size: 30, bold: true });
      name.append(prefix, svg("tspan", { class: dart ? "f-second" : "f-accent" }, dart ? letterOf(dart.id) : "?"));
      if (isOver) pen.text("the name is over", width - 4, 34, { size: 15, anchor: "end", role: "second" });
      const [top, floor] = [70, 250];
      const most = probs[order[0]];
      order.forEach((id, i) => {
        const x = edge(i);
        const tall = Math.max(((floor - top) * probs[id]) / most, 0.5);
        pen.rect(x + 0.12 * column, floor - tall, 0.76 * column, tall, kept[id] > 0 ? "accent" : "faint", { rx: 2 })
          .append(svg("title", {}, `${letterOf(id)}: ${percent(probs[id])}`));
        pen.text(letterOf(id), x + column / 2, floor + 18, { size: Math.min(15, column + 1.5), anchor: "middle", bold: kept[id] > 0, role: kept[id] > 0 ? "ink" : "muted" });
        if (i === 0) pen.text(percent(probs[id]), x + 0.12 * column, floor - tall - 7, { size: 13, bold: true });
      });
      pen.line(4, floor, width - 4, floor, "muted");
      handle.move(edge(topK.value), floor - 12);

      // The same shares end to end; a dart hits one of them.
      const [band, deep] = [318, 40];
      let x = 4;
      let count = 0;
      for (const id of order) {
        const wide = ((width - 8) * kept[id]) / total;
        if (!wide) continue;
        const isHit = dart?.id === id;
        pen.rect(x + 0.5, band, wide - 1, deep, isHit ? "second" : "accent",
          { rx: 2, opacity: isHit ? 1 : count % 2 ? 0.62 : 0.9 });
        if (wide > 14) pen.text(letterOf(id), x + wide / 2, band + 25, { size: 15, anchor: "middle", bold: true, role: "paper" });
        x += wide;
        count += 1;
      }
      if (dart) {
        const hit = 4 + dart.place * (width - 8);
        pen.arrow(hit, band - 26, hit, band + 4, "second", 4);
      }
      pen.text(dart ? `the dart: ${short(dart.place, 4)}` : "the same shares, end to end: a dart will hit one",
        4, band + deep + 22, { size: 13, role: "muted" });
      report({
        prefix, isOver, temperature: temperature.value, k: topK.value, p: topP.value, probs, kept, dart, drawn,
      });
      const left = 1 - total;
      say(count === 27 ? "Nothing is cut off: even the least likely is drawn some day."
        : `${count} of 27 can be drawn. What is cut off had ${percent(left)} together.`);
      list.replaceChildren(...drawn.map((name) => html("span", {}, name)));
    }
  },
};
