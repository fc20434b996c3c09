// What of a vector survives many layers, without the residual connection and with it.

import { Sketch, buttons, clamp, knob, message, short, svg } from "./kit.js";

export const residual = {
  title: "What survives of x?",
  hook: "Change a number, and see if it arrives.",
  lesson: ["4-attention/4-the-residual-road", "The residual road"],
  code: "linear, backward, PythonRandom",
  invite: "16 numbers go through layers of random weights: on the left each layer replaces them, on the "
    + "right it adds to them. Drag a number of x, and look at the bottom row.",
  notice: "Without the road, x is gone after a few layers, and next to no gradient comes back. Make the "
    + "weights larger: only near 0.25 a gradient neither dies nor grows. With the road one arrives at every "
    + "size. But where the patches are large, x itself drowns in them.",

  mount({ stage, controls, compute, report }) {
    let [seed, x, chosen] = [42, null, 5];
    const input = 118;
    const sketch = new Sketch(stage, "x, and what the layers make of it",
      () => input + 58 + layers.value * 26 + 36, draw);
    let y_, step;
    const handle = sketch.handle({
      label: "a number of x",
      shape: [svg("circle", { r: 20, class: "reach" }), svg("circle", { r: 13, class: "halo" }),
        svg("circle", { r: 8, class: "disc f-second" })],
      drag: (px, py) => put(y_.back(py)),
      key: (right, up) => {
        if (right) chosen = clamp(chosen + Math.sign(right), 0, 15);
        if (up) return put(x[chosen] + 0.1 * up);
        sketch.redraw();
      },
      read: () => ({ text: `number ${chosen}: ${short(x[chosen])}`, now: x[chosen], low: -2, high: 2 }),
    });
    // Any bar can be taken hold of, not only the one with the handle.
    sketch.root.addEventListener("pointerdown", (event) => {
      const [px, py] = sketch.point(event);
      if (py > input || handle.classList.contains("held")) return;
      chosen = clamp(Math.floor((px - 4) / step), 0, 15);
      put(y_.back(py));
      handle.focus({ preventScroll: true });
      const move = (next) => put(y_.back(sketch.point(next)[1]));
      const stop = () => {
        sketch.root.removeEventListener("pointermove", move);
        removeEventListener("pointerup", stop);
      };
      sketch.root.addEventListener("pointermove", move);
      addEventListener("pointerup", stop);
    });
    const layers = knob(controls, {
      label: "layers", low: 1, high: 12, step: 1, value: 8, change: () => sketch.redraw(),
    });
    const size = knob(controls, {
      label: "size of the weights", low: 0.02, high: 0.3, step: 0.01, value: 0.08, change: () => sketch.redraw(),
    });
    const say = message(controls);
    buttons(controls,
      {
        label: "Other weights",
        press: () => {
          seed += 1;
          sketch.redraw();
        },
      },
      {
        label: "As at first",
        press: () => {
          [seed, x] = [42, null];
          sketch.redraw();
        },
      });
    sketch.redraw();

    function put(value) {
      x[chosen] = clamp(Math.round(value * 100) / 100, -2, 2);
      sketch.redraw();
    }

    function draw(pen, width) {
      const count = layers.value;
      const n = [...compute("playResidual", [count, size.value, seed, ...(x ?? [])])];
      const read = () => ({
        rows: Array.from({ length: count + 1 }, () => n.splice(0, 16)), likeness: n.shift(), gradient: n.shift(),
      });
      const [without, having] = [read(), read()];
      x ??= without.rows[0];

      step = (width - 8) / 16;
      y_ = scaleOf(2, 26, input - 6);
      pen.text("x: drag its numbers", 4, 14, { size: 13, role: "muted" });
      pen.line(4, y_(0), width - 4, y_(0), "faint", 1.5);
      x.forEach((value, j) => {
        const [left, y] = [4 + j * step, y_(value)];
        pen.rect(left, 22, step, input - 24, "paper", { opacity: 0, class: "f-paper bar" });
        pen.rect(left + 0.12 * step, Math.min(y, y_(0)), 0.76 * step, Math.abs(y - y_(0)), j === chosen ? "second" : "accent",
          { rx: 2, opacity: 0.9, class: `f-${j === chosen ? "second" : "accent"} bar` });
      });
      handle.move(4 + (chosen + 0.5) * step, y_(x[chosen]));

      const column = (width - 28) / 2;
      const tallest = Math.max(1, ...x.map(Math.abs));
      [[without, 0, "replaces x"], [having, column + 28, "adds to x"]].forEach(([side, left, name]) => {
        pen.text(`${width < 480 ? "" : "each layer "}${name}`, left + 2, input + 26, { size: 14, bold: true });
        const bar = (column - 4) / 16;
        side.rows.slice(1).forEach((row, i) => {
          const middle = input + 58 + i * 26;
          pen.line(left + 2, middle, left + column - 2, middle, "faint");
          row.forEach((value, j) => {
            const tall = Math.min(11.5 * Math.abs(value) / tallest, 12.5);
            if (tall < 0.15) return;
            pen.rect(left + 2 + j * bar + 0.1 * bar, value > 0 ? middle - tall : middle, 0.8 * bar, tall,
              j === chosen ? "second" : "accent", { opacity: 0.85 });
          });
        });
        const end = input + 58 + count * 26;
        pen.text(`like x: ${short(side.likeness)}`, left + 2, end + 4, { size: 14, bold: true });
        pen.text(`gradient: ${short(side.gradient, side.gradient < 0.1 ? 4 : 2)}`, left + 2, end + 24, { size: 14, role: "second", bold: true });
      });
      say(`After ${count === 1 ? "one layer" : count + " layers"} the last row is like x by ${short(without.likeness)} without the road, and by ${short(having.likeness)} with it. (1 is the same direction, 0 has nothing to do with it.) A nudge of the end moves back to x as a gradient of ${short(without.gradient, 4)}, and of ${short(having.gradient, 2)}.`);
      report({ x: [...x], count, size: size.value, seed, without, having });
    }

    function scaleOf(most, top, bottom) {
      const place = (v) => (top + bottom) / 2 - (v / most) * ((bottom - top) / 2);
      place.back = (pixel) => (((top + bottom) / 2 - pixel) / ((bottom - top) / 2)) * most;
      return place;
    }
  },
};
