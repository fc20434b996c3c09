// Minus log p, and its mean over the letters of a name.

import { Sketch, choice, clamp, message, readouts, scale, short, svg, trim } from "./kit.js";

const bos = 26;
const ids = (name) => [bos, ...[...name].map((letter) => letter.charCodeAt(0) - 97), bos];

export const surprise = {
  title: "How surprised were you?",
  hook: "One letter that couldn't be.",
  lesson: ["1-counting/3-surprise", "How surprised were you?"],
  code: "Value, log, sum; forward for the trained model's chances",
  invite: "Each row is a letter of a name, and the chance that a model gave it. Drag a chance to the "
    + "left, and watch the dot climb. The orange line is the mean: the loss.",
  notice: "Halve a chance anywhere, and its surprise grows by the same 0.69. One letter that gets next "
    + "to nothing spoils the whole name. Above the dashed line you'd do better to guess.",

  mount({ stage, controls, compute, report }) {
    const given = { paper: ["jo·", () => [0.5, 0.25, 0.5]] };
    for (const name of ["emma", "bavo"]) {
      given[name] = [name + "·", () => [...compute("playProbabilities", ids(name))]];
    }
    let [letters, probs, handles, held] = ["", [], [], 0];
    const row = 40, chart = 250, top = 16;
    const sketch = new Sketch(stage, "Chances and surprises", () => chart + 34 + row * probs.length, draw);
    let x_;
    const curvePlaces = Array.from({ length: 160 }, (_, i) => Math.exp(-5 + (5 * i) / 159));
    let curve;
    const show = readouts(controls, "loss: the mean surprise", "chance of the whole name");
    const say = message(controls);
    choice(controls, {
      label: "A name and its chances",
      options: [["paper", "on paper: ½, ¼, ½"], ["emma", "emma, by a trained model"], ["bavo", "bavo, by it"]],
      value: "paper", change: begin,
    });
    begin("paper");

    function begin(name) {
      letters = [...given[name][0]];
      probs = given[name][1]();
      held = 0;
      for (const handle of handles) handle.remove();
      handles = letters.map((letter, i) => sketch.handle({
        label: `chance of ${letter === "·" ? "the end" : letter}, letter ${i + 1}`,
        shape: disc(),
        drag: (x) => put(i, x_.back(x)),
        key: (right, up) => put(i, probs[i] + 0.01 * (right + up)),
        read: () => ({ text: trim(probs[i], 4), now: probs[i], low: 0, high: 1 }),
      }));
      sketch.redraw();
    }
    function put(i, p) {
      probs[i] = clamp(p, 0, 1);
      held = i;
      sketch.redraw();
    }
    function disc() {
      return [svg("circle", { r: 20, class: "reach" }), svg("circle", { r: 13, class: "halo" }),
        svg("circle", { r: 8, class: "disc" })];
    }

    function draw(pen, width) {
      curve ??= compute("playSurprise", curvePlaces);
      const n = compute("playSurprise", probs);
      const [surprises, loss, product] = [n.slice(0, probs.length), n[probs.length], n[probs.length + 1]];
      const guess = compute("playSurprise", [1 / 27])[0];
      x_ = scale(0, 1, 44, width - 62);
      const y_ = scale(0, 5.2, chart, top);
      const height = (s) => clamp(y_(s), 8, chart);

      for (const tick of [0, 1, 2, 3, 4, 5]) {
        pen.line(x_(0), y_(tick), x_(1), y_(tick), "faint");
        pen.text(tick, x_(0) - 8, y_(tick) + 4, { role: "muted", size: 12, anchor: "end" });
      }
      pen.text("surprise", 2, 12, { role: "muted", size: 12 });
      for (const tick of [0, 0.5, 1]) {
        pen.text(tick, x_(tick), chart + 20, { role: "muted", size: 12, anchor: "middle" });
      }
      pen.line(x_(0), y_(guess), x_(1), y_(guess), "muted", 1.5, { "stroke-dasharray": "5 5" });
      pen.text(`a guess among 27: ${short(guess)}`, x_(1), y_(guess) - 7, { role: "muted", size: 13, anchor: "end" });
      pen.path(curvePlaces.map((p, i) => [x_(p), y_(curve[i])]).filter(([, y]) => y > 4), "ink", 2.5);
      const mean = height(loss);
      pen.line(x_(0), mean, x_(1), mean, "second", 2.5);
      pen.text(`loss ${short(loss)}`, x_(1) + 6, mean + 5, { size: 14, bold: true, role: "second" });

      letters.forEach((letter, i) => {
        const [x, y, lane] = [x_(probs[i]), height(surprises[i]), chart + 34 + row * i + row / 2];
        pen.line(x_(0), lane, x_(1), lane, "faint", 4, { "stroke-linecap": "round" });
        pen.line(x_(0), lane, x, lane, "accent", 4, { "stroke-linecap": "round" });
        pen.line(x, lane, x, y, "accent", 1, { opacity: i === held ? 0.8 : 0.3 });
        pen.circle(x, y, 6, "accent");
        pen.text(letter, 14, lane + 6, { size: 19, bold: true, anchor: "middle" });
        pen.text(short(surprises[i]), width - 4, lane + 5, { size: 14, anchor: "end", bold: i === held });
        handles[i].move(x, lane);
      });
      show(short(loss, 4), trim(product, 4));
      say(surprises.includes(Infinity)
        ? "It said never, and it happened: no surprise could be larger, and the mean is infinite, too."
        : `${letters[held] === "·" ? "The end" : letters[held]}, with a chance of ${trim(probs[held], 3)}, costs −log ${trim(probs[held], 3)} = ${short(surprises[held], 4)}.`);
      report({ probs: [...probs], surprises, loss, product });
    }
  },
};
