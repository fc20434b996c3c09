// A knob on a loss, and steps downhill.

import { Sketch, buttons, clamp, disc, knob, message, readouts, scale, short, trim } from "./kit.js";

export const slope = {
  title: "A knob on a loss",
  hook: "Which way is down?",
  lesson: ["2-slopes/1-one-knob", "One knob"],
  code: "Value, log, backward",
  invite: "Drag the ball. The straight line shows how the ground tilts under it. Then step downhill.",
  notice: "Near the bottom the slope shrinks, and so do the steps. Now try other learning rates from "
    + "the start: 0.25 lands on the bottom at once, 0.35 jumps from wall to wall, and 0.6 flies off "
    + "the hill. A chance above 1 has no logarithm, so the loss is nan.",

  mount({ stage, controls, compute, report }) {
    let [p, trail] = [0.5, []];
    const at = (...places) => compute("playSlope", [rate?.value ?? 0.1, ...places]);
    const places = Array.from({ length: 240 }, (_, i) =>
      i < 190 ? 0.01 + 0.005 * i : 1 - 0.04 * 0.9 ** (i - 190));
    let curve;

    const sketch = new Sketch(stage, "The loss over the knob", (w) => clamp(0.62 * w, 270, 430), draw);
    const ball = sketch.handle({
      label: "knob",
      shape: disc(10, "f-second"),
      drag: (x) => put(x_.back(x)),
      key: (right, up) => put(p + 0.01 * (right + up)),
      read: () => ({ text: `${trim(p)}, slope ${short(now[1])}`, now: p, low: 0, high: 1 }),
    });
    let [x_, y_, now] = [];

    const show = readouts(controls, "knob", "loss", "slope");
    buttons(controls,
      { label: "Step downhill", main: true, press: () => step(1) },
      { label: "10 steps", press: () => step(10) },
      {
        label: "Start again",
        press: () => {
          trail = [];
          p = 0.5;
          sketch.redraw();
        },
      });
    const rate = knob(controls, {
      label: "learning rate", low: 0.01, high: 0.6, step: 0.01, value: 0.1,
      change: () => sketch.redraw(),
    });
    const say = message(controls);
    sketch.redraw();

    function put(place) {
      p = clamp(place, 0.01, 0.99);
      trail = [];
      sketch.redraw();
    }

    function step(count) {
      ball.classList.add("glide");
      for (let i = 0; i < count && Number.isFinite(p); i++) {
        trail.push(p);
        p = at(p)[2];
      }
      sketch.redraw();
    }

    function draw(pen, width, height) {
      curve ??= compute("playSlope", [0.1, ...places]);
      now = at(p);
      const [loss, slope, next] = now;
      const floor = height - 66;
      x_ = scale(0, 1, 34, width - 54);
      y_ = scale(0.47, 1.45, floor, 16);
      const onHill = Number.isFinite(loss);

      for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
        pen.line(x_(tick), floor, x_(tick), floor + 5);
        pen.text(trim(tick), x_(tick), floor + 20, { role: "muted", size: 12, anchor: "middle" });
      }
      pen.line(x_(0), floor, x_(1), floor);
      pen.text("loss", 4, 22, { role: "muted", size: 13 });
      pen.text("the knob: the chance of a after m", (x_(0) + x_(1)) / 2, height - 8,
        { role: "muted", size: 13, anchor: "middle" });

      // The hill; what is above the top of the drawing is cut off.
      const hill = places.map((place, i) => [x_(place), y_(curve[3 * i])]).filter(([, y]) => y > 4);
      pen.shape(`M${x_(0)} ${floor}L${x_(0)} ${hill[0][1].toFixed(1)}`
        + hill.map(([x, y]) => `L${x.toFixed(1)} ${y.toFixed(1)}`).join("") + `L${x_(1)} ${floor}Z`,
      "accent", { opacity: 0.07 });
      pen.path(hill, "ink", 2.5);

      // Where it has been: a jump is a straight line through the air.
      const been = [...trail, p].map((place) => {
        const [height] = at(place);
        return [clamp(x_(place), 14, width - 14), Number.isFinite(height) ? clamp(y_(height), 10, floor) : 60];
      });
      pen.path(been, "second", 1.5, { "stroke-dasharray": "3 4", opacity: 0.8 });
      for (const [x, y] of been.slice(0, -1)) pen.circle(x, y, 4, "second", { opacity: 0.55 });

      if (onHill) {
        // As long in pixels wherever it stands.
        const tilt = (y_(loss + slope) - y_(loss)) / (x_(p + 1) - x_(p));
        const reach = Math.min(90, 0.2 * width) / Math.hypot(1, tilt);
        const [x, y] = [x_(p), y_(loss)];
        pen.path([[x - reach, y - reach * tilt], [x + reach, y + reach * tilt]], "accent", 4,
          { "stroke-linecap": "round" });
        const side = p > 0.7 ? "end" : "start";
        pen.text(`slope ${short(slope)}`, x + (side === "end" ? -16 : 16), Math.max(y - 20, 18),
          { size: 15, anchor: side, bold: true, role: "accent" });
        // The step that comes next, below the axis.
        const end = clamp(x_(next), 4, width - 4);
        pen.line(x, floor - 4, x, y + 12, "second", 1, { "stroke-dasharray": "2 4", opacity: 0.7 });
        pen.arrow(x, floor + 32, end, floor + 32, "second", 3);
        if (Math.abs(end - x) < 1) pen.circle(x, floor + 32, 3, "second");
      } else {
        pen.text("nan", clamp(x_(p), 22, width - 22), 40, { size: 20, bold: true, role: "second", anchor: "middle" });
      }
      ball.move(...been[been.length - 1]);

      show(trim(p, 4), short(loss, 4), onHill ? short(slope, 3) : "—");
      say(onHill
        ? `The next step goes from ${trim(p, 3)} to ${trim(next, 3)}: minus ${trim(rate.value)} times ${short(slope, 3)}.`
        : "Off the hill: there is no such chance, so no loss. Start again.");
      report({ p, rate: rate.value, loss, slope, next, steps: trail.length });
    }
  },
};
