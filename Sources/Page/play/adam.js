// Plain steps and Adam in a ravine.

import { Sketch, buttons, clamp, disc, isCalm, knob, readouts, message, scale, short, trim } from "./kit.js";

export const adam = {
  title: "A race down a ravine",
  hook: "Plain steps against Adam.",
  lesson: ["6-adam/1-adam", "The right step for every number"],
  code: "Value, backward, Adam",
  invite: "This loss is twenty times as steep across the ravine as along it. Let them race, then drag the "
    + "start somewhere else.",
  notice: "Here both arrive: 0.09 is about the best rate that plain steps can have. Make the ravine 200 times as "
    + "steep: they fly out, and a rate that holds them hardly moves along. And Adam? Its path stays the same. "
    + "It divides each slope by its usual size.",

  mount({ stage, controls, compute, report }) {
    let [start, shown, timer] = [[2, -9], 40, 0];
    const total = 40, times = [5, 10, 20, 50, 100, 200];
    const left = -10.6, right = 5, high = 2.75;
    const tall = (w) => Math.round((w * 2 * high) / (right - left));
    const sketch = new Sketch(stage, "The ravine from above", (w) => tall(w) + 236, draw);
    let x_, y_, rings;
    const handle = sketch.handle({
      label: "start",
      shape: disc(9, "f-ink"),
      drag: (x, y) => put([y_.back(y), x_.back(x)]),
      key: (right, up) => put([start[0] + 0.1 * up, start[1] + 0.1 * right]),
      read: () => ({ text: `${short(start[1], 1)} along, ${short(start[0], 1)} across`, now: start[1], low: -10, high: 4 }),
    });
    const show = readouts(controls, "plain steps: loss", "Adam: loss");
    buttons(controls, { label: "Race", main: true, press: raceAgain });
    const plainRate = knob(controls, {
      label: "rate of plain steps", low: 0.005, high: 0.12, step: 0.005, value: 0.09, show: (x) => trim(x, 3),
      change: () => sketch.redraw(),
    });
    const adamRate = knob(controls, {
      label: "rate of Adam", low: 0.05, high: 2, step: 0.05, value: 0.6, change: () => sketch.redraw(),
    });
    const steep = knob(controls, {
      label: "times as steep across as along", places: times, value: 20, show: String,
      change: () => {
        rings = null;
        sketch.redraw();
      },
    });
    const steps = knob(controls, {
      label: "steps", low: 0, high: total, step: 1, value: total,
      change: (n) => {
        clearInterval(timer);
        shown = n;
        sketch.redraw();
      },
    });
    sketch.redraw();

    function raceAgain() {
      clearInterval(timer);
      shown = isCalm() ? total : 0;
      tick(0);
      if (!isCalm()) timer = setInterval(() => tick(1), 110);
    }
    function tick(by) {
      shown = Math.min(total, shown + by);
      steps.set(shown);
      if (shown === total) clearInterval(timer);
      sketch.redraw();
    }
    function put([steep, flat]) {
      clearInterval(timer);
      start = [clamp(steep, -2.5, 2.5), clamp(flat, -10, 4)].map((x) => Math.round(x * 100) / 100);
      sketch.redraw();
    }

    function draw(pen, width, height) {
      const n = compute("playRace", [steep.value, ...start, plainRate.value, adamRate.value, total]);
      const path = (from) => Array.from({ length: total + 1 }, (_, i) =>
        ({ steep: n[from + 3 * i], flat: n[from + 3 * i + 1], loss: n[from + 3 * i + 2] }));
      const [plain, adams] = [path(0), path(3 * (total + 1))];
      const depth = tall(width);
      x_ = scale(left, right, 0, width);
      y_ = scale(high, -high, 0, depth);

      // Rings of equal loss: along each ray the loss grows with the square of the distance.
      rings ??= (() => {
        const angles = Array.from({ length: 180 }, (_, i) => (2 * Math.PI * i) / 180);
        const rays = angles.map((angle) => [Math.sin(angle), Math.cos(angle)]);
        const losses = compute("playRavine", [steep.value, ...rays.flat()]);
        return [0.5, 2, 5, 10, 20, 40, 60].map((loss) => rays.map(([s, f], i) =>
          [s, f].map((part) => part * Math.sqrt(loss / losses[i]))));
      })();
      const clip = pen.add("svg", { x: 0, y: 0, width, height: depth });
      const inside = Object.create(pen, { group: { value: clip } });
      for (const ring of [...rings].reverse()) {
        inside.shape(ring.map(([s, f], i) => `${i ? "L" : "M"}${x_(f).toFixed(1)} ${y_(s).toFixed(1)}`).join("") + "Z",
          "accent", { class: "f-accent ring" });
      }
      pen.text("+", x_(0), y_(0) + 6, { size: 20, anchor: "middle", role: "ink" });
      const track = (points, role, marker) => {
        const places = points.slice(0, shown + 1).map(({ steep, flat }) =>
          [clamp(x_(flat), -2000, 2000), clamp(y_(steep), -2000, 2000)]);
        inside.path(places, role, 2);
        places.forEach(([x, y], i) => marker(inside, x, y, i === places.length - 1 ? 6 : 3));
      };
      track(plain, "second", (at, x, y, r) => at.rect(x - r, y - r, 2 * r, 2 * r, "second"));
      track(adams, "accent", (at, x, y, r) => at.circle(x, y, r, "accent"));
      handle.move(x_(start[1]), y_(start[0]));
      pen.text("start", clamp(x_(start[1]), 24, width - 24), y_(start[0]) + (start[0] > -1.6 ? 30 : -20), { size: 13, anchor: "middle" });

      // The losses, step by step.
      const [top, floor] = [depth + 44, height - 22];
      // Each line down is a hundredth: from 100 to 1 to 0.01.
      const sx = scale(0, total, 40, width - 12);
      const ladder = scale(-2.5, 3.1, floor, top);
      const sy = (loss) => ladder(clamp(Math.log10(loss), -2.5, 3.4));
      for (const power of [-2, 0, 2]) {
        pen.line(sx(0), ladder(power), sx(total), ladder(power), "faint");
        pen.text(10 ** power, sx(0) - 6, ladder(power) + 4, { size: 12, role: "muted", anchor: "end" });
      }
      pen.line(sx(0), floor, sx(total), floor);
      pen.text("loss, step by step", 4, top - 14, { size: 13, role: "muted" });
      for (const tick of [0, 10, 20, 30, 40]) pen.text(tick, sx(tick), floor + 17, { size: 12, role: "muted", anchor: "middle" });
      const losses = (points, role, dashes) => {
        const drawn = points.slice(0, shown + 1).map(({ loss }, i) => [sx(i), clamp(sy(loss), top - 8, floor)]);
        pen.path(drawn, role, 2.5, dashes ? { "stroke-dasharray": "6 3" } : {});
        const [x, y] = drawn[drawn.length - 1];
        pen.circle(x, y, 4, role);
      };
      losses(plain, "second", true);
      losses(adams, "accent", false);
      pen.rect(width - 152, top - 24, 10, 10, "second");
      pen.text("plain steps", width - 138, top - 14, { size: 13, role: "second" });
      pen.circle(width - 51, top - 19, 5, "accent");
      pen.text("Adam", width - 42, top - 14, { size: 13, role: "accent" });
      show(short(plain[shown].loss, 4), short(adams[shown].loss, 4));
      report({ start, shown, times: steep.value, plainRate: plainRate.value, adamRate: adamRate.value, plain, adams });
    }
  },
};
