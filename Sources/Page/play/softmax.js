// Any numbers into shares of one whole.

import { Sketch, choice, clamp, disc, knob, percent, scale, short, svg } from "./kit.js";

const letters = ["a", "i", "m"];
const starts = { counts: [3, 2, 1], scores: [2, 0, -1] };

export const softmax = {
  title: "Any numbers into shares",
  hook: "Drag a score, and share a cake.",
  lesson: ["2-slopes/4-logits-and-softmax", "Any numbers into chances"],
  code: "softmax",
  invite: "Drag a letter's score up or down. The band below is the whole cake: who gets how much?",
  notice: "Move the shift: all scores change, and no share does. Only differences count. A low "
    + "temperature gives nearly all to the largest, a high one makes all alike. But nobody ever "
    + "gets nothing.",

  mount({ stage, controls, compute, report }) {
    let logits;
    const sketch = new Sketch(stage, "Scores, and their shares", (w) => clamp(0.75 * w, 370, 470), draw);
    let y_;
    const handles = letters.map((letter, i) => sketch.handle({
      label: `score of ${letter}`,
      shape: disc(9),
      drag: (x, y) => put(i, y_.back(y) - shift.value),
      key: (right, up) => put(i, logits[i] + 0.1 * (right + up)),
      read: () => ({ text: short(logits[i]), now: logits[i], low: -3, high: 3 }),
    }));
    const shift = knob(controls, {
      label: "shift, added to all", low: -2, high: 2, step: 0.1, value: 0, change: () => sketch.redraw(),
    });
    const temperature = knob(controls, {
      label: "temperature, divides all", places: [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10], value: 1,
      change: () => sketch.redraw(),
    });
    choice(controls, {
      label: "Begin with", options: [["counts", "log 3, log 2, log 1"], ["scores", "2, 0, −1"]],
      value: "counts", change: begin,
    });
    begin("counts");

    function begin(name) {
      // The logarithms of counts come out of softmax as the counts' shares. The file's log makes them.
      logits = name === "counts"
        ? starts.counts.map((count) => -compute("playSurprise", [count])[0]) : [...starts.scores];
      sketch.redraw();
    }
    function put(i, value) {
      logits[i] = clamp(value, -3, 3);
      sketch.redraw();
    }

    function draw(pen, width, height) {
      const n = compute("playSoftmax", [temperature.value, shift.value, ...logits]);
      const of = (part) => letters.map((_, i) => n[4 * i + part]);
      const [scaled, below, exps, shares] = [0, 1, 2, 3].map(of);
      const zone = 0.5 * height;
      y_ = scale(3.2, -3.2, 14, zone);
      const zero = y_(0);
      const column = Math.min((width - 40) / 3, 190);
      const bar = Math.min(0.6 * column, 84);
      const left = (width - 3 * column) / 2;
      const middle = (i) => left + (i + 0.5) * column;
      const [expTop, band, bandHeight] = [zone + 46, height - 68, 44];

      pen.line(left - 4, zero, left + 3 * column + 4, zero, "faint", 1.5);
      pen.text("0", left - 8, zero + 4, { role: "muted", size: 12, anchor: "end" });
      let start = 0;
      const strip = width - 2;
      letters.forEach((letter, i) => {
        const [x, score] = [middle(i), logits[i] + shift.value];
        const top = clamp(y_(score), 4, zone + 8);
        const colour = `tone-${i}`;
        pen.line(x, y_(3), x, y_(-3), "faint", 3, { "stroke-linecap": "round" });
        pen.rect(x - bar / 2, Math.min(top, zero), bar, Math.abs(top - zero), "accent",
          { rx: 3, class: colour });
        pen.text(letter, x - bar / 2 - 8, zero - 6, { size: 17, bold: true, anchor: "end" });
        pen.text(short(score), x + bar / 2 + 6, clamp(top + (score < 0 ? 14 : 0), 16, zone + 4), { size: 14, bold: true });
        handles[i].move(x, clamp(y_(score), 6, zone + 8));

        // The exponential is a width; the flow brings it into the band.
        const wide = bar * exps[i];
        const [a, b] = [x - wide / 2, x + wide / 2];
        const [c, d] = [1 + start * strip, 1 + (start + shares[i]) * strip];
        start += shares[i];
        const bend = (expTop + band) / 2;
        pen.shape(`M${a} ${expTop}L${b} ${expTop}C${b} ${bend} ${d} ${bend} ${d} ${band}L${c} ${band}`
          + `C${c} ${bend} ${a} ${bend} ${a} ${expTop}Z`, "accent", { class: colour, opacity: 0.3 });
        pen.rect(a, expTop - 5, Math.max(wide, 1), 5, "accent", { class: colour });
        const isNarrow = column < 130;
        pen.text(`exp(${short(below[i])})${isNarrow ? "" : ` = ${short(exps[i])}`}`, x, expTop - (isNarrow ? 26 : 11),
          { role: "muted", size: 13, anchor: "middle" });
        if (isNarrow) pen.text(`= ${short(exps[i])}`, x, expTop - 11, { role: "muted", size: 13, anchor: "middle" });
        pen.rect(c, band, d - c, bandHeight, "accent", { class: colour });
        if (d - c > 70) {
          pen.text(`${letter} ${percent(shares[i])}`, (c + d) / 2, band + 28,
            { size: 16, anchor: "middle", bold: true, more: { class: `on-${colour}` } });
        } else if (d - c > 16) {
          pen.text(letter, (c + d) / 2, band + 28,
            { size: 16, anchor: "middle", bold: true, more: { class: `on-${colour}` } });
        }
      });
      pen.text(letters.map((letter, i) => `${letter} ${short(shares[i], 4)}`).join("\u2003"), width / 2, height - 6,
        { size: 13, role: "muted", anchor: "middle" });
      report({ logits: [...logits], shift: shift.value, temperature: temperature.value, scaled, exps, shares });
    }
  },
};
