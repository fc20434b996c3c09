// The chain rule: three measuring tapes, of which each runs faster than the one before.

import { Sketch, clamp, knob, message, short, svg, trim } from "./kit.js";

export const chain = {
  title: "Slopes multiply",
  hook: "Pull one tape, and watch three run.",
  lesson: ["2-slopes/5-the-chain-rule", "Slopes multiply"],
  code: "Value, + and *, backward",
  invite: "Pull the tape x to and fro. The blue patch on it is a nudge: see how wide it is when it "
    + "arrives at u, and at y.",
  notice: "Along a path slopes multiply. Pull x to where u is 0: the patch closes, and a nudge does "
    + "next to nothing. Below 0 it turns over. Then make the nudge small: what you measure becomes "
    + "what the chain rule says.",

  mount({ stage, controls, compute, report }) {
    let x = 0;
    const unit = (width) => clamp(width / 3.4, 100, 170);  // pixels for 1, the same on all tapes
    const tape = 48, gap = 126, top = 34;

    const sketch = new Sketch(stage, "Three tapes: x, u and y", top + 2 * gap + tape + 10, draw);
    const grip = svg("rect", { y: -tape / 2, height: tape, rx: 8, class: "grip" });
    const handle = sketch.handle({
      label: "x",
      shape: [grip],
      drag: (place) => put((sketch.width / 2 - place) / unit(sketch.width)),
      key: (right, up) => put(x + 0.01 * (right + up)),
      read: () => ({ text: short(x), now: x, low: -2, high: 2 }),
    });

    const nudge = knob(controls, {
      label: "nudge of x", places: [0.001, 0.003, 0.01, 0.03, 0.1, 0.2], value: 0.1,
      show: (h) => String(h), change: () => sketch.redraw(),
    });
    const factor = knob(controls, {
      label: "u is x times", low: -3, high: 5, step: 0.5, value: 3, change: () => sketch.redraw(),
    });
    const plus = knob(controls, {
      label: "plus", low: -2, high: 2, step: 0.25, value: 1, change: () => sketch.redraw(),
    });
    const say = message(controls);
    sketch.redraw();

    function put(place) {
      x = clamp(Math.round(place * 100) / 100, -2, 2);
      sketch.redraw();
    }

    function draw(pen, width) {
      const h = nudge.value;
      const n = compute("playChain", [x, factor.value, plus.value, h]);
      const [values, grads, links, nudged] =
        [n.slice(0, 3), n.slice(3, 6), n.slice(6, 8), [x + h, n[8], n[9]]];
      const [middle, per] = [width / 2, unit(width)];
      const tops = [0, 1, 2].map((i) => top + i * gap);
      const sum = plus.value < 0 ? `− ${trim(-plus.value)}` : `+ ${trim(plus.value)}`;
      const names = ["x", `u = ${trim(factor.value)}·x ${sum}`, "y = u·u"];
      const ends = nudged.map((end, i) => clamp(middle + (end - values[i]) * per, -40, width + 40));

      // The beam from nudge to nudge.
      for (const i of [0, 1]) {
        const [from, to] = [tops[i] + tape, tops[i + 1]];
        const bend = (from + to) / 2;
        pen.shape(`M${middle} ${from}L${ends[i]} ${from}C${ends[i]} ${bend} ${ends[i + 1]} ${bend} `
          + `${ends[i + 1]} ${to}L${middle} ${to}Z`, "accent", { opacity: 0.18 });
      }
      names.forEach((name, i) => {
        const y = tops[i];
        pen.rect(0, y, width, tape, "raised", { rx: 8, class: "f-raised s-faint" });
        const clip = pen.add("svg", { x: 1, y, width: width - 2, height: tape });
        for (let t = Math.floor(10 * (values[i] - middle / per)); t <= 10 * (values[i] + middle / per); t++) {
          const place = middle + (t / 10 - values[i]) * per - 1;
          clip.append(svg("line", {
            x1: place, x2: place, y1: tape, y2: tape - (t % 10 === 0 ? 14 : t % 5 === 0 ? 9 : 5),
            class: "s-muted", opacity: t % 10 === 0 ? 1 : 0.55,
          }));
          if (t % 10 === 0 && Math.abs(place - middle) > 12 && (i || Math.abs(place - middle) < middle - 34)) {
            clip.append(svg("text", {
              x: place, y: 18, "font-size": 13, "text-anchor": "middle", class: "f-muted",
            }, short(t / 10, 0)));
          }
        }
        if (i === 0) {
          pen.text("‹", 12, y + 29, { size: 22, role: "accent", bold: true });
          pen.text("›", width - 12, y + 29, { size: 22, anchor: "end", role: "accent", bold: true });
        }
        const [low, high] = [Math.min(middle, ends[i]), Math.max(middle, ends[i])];
        pen.rect(clamp(low, 0, width), y, clamp(high, 0, width) - clamp(low, 0, width), tape, "accent",
          { opacity: 0.32 });
        pen.line(middle, y - 3, middle, y + tape + 3, "accent", 2.5);
        pen.text(name, 2, y - 9, { size: 14 });
        const shift = 10 + 7.6 * name.length;
        pen.text(`= ${short(values[i])}`, shift, y - 9, { size: 14, bold: true });
        pen.text(`gradient ${short(grads[i])}`, width - 2, y - 9,
          { size: 14, anchor: "end", bold: true, role: "second" });
      });
      links.forEach((link, i) => {
        const y = tops[i] + tape;
        pen.text(`× ${trim(link)}`, middle - 12, y + 33, { size: 18, bold: true, anchor: "end", role: "accent" });
        // The way back: the gradient of the lower tape, times this link's slope.
        pen.arrow(width - 40, y + 50, width - 40, y + 8, "second", 2);
        pen.text(`× ${trim(link)}`, width - 54, y + 33, { size: 16, bold: true, anchor: "end", role: "second" });
      });
      const mid = tops[0] + tape / 2;
      grip.setAttribute("x", -middle);
      grip.setAttribute("width", width);
      handle.move(middle, mid);
      // The tape's own numbers move, not the handle: it starts from where the value is.
      handle.place = [middle - x * per, mid];

      say(`Chain rule: ${trim(links[0])} · ${links[1] < 0 ? `(${trim(links[1])})` : trim(links[1])} = `, bold(short(grads[0], 4)),
        `. The nudge moved y by ${short(nudged[2] - values[2], 4)}, over ${h}: `,
        bold(short(n[12], 4)), ".");
      report({ x, values, grads, links, nudged, measured: n.slice(10, 13) });
    }
  },
};

const bold = (text) => Object.assign(document.createElement("strong"), { textContent: text });
