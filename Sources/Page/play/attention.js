// A query in the plane meets keys; their values are poured together.

import { Sketch, choice, clamp, disc, message, percent, scale, short, svg } from "./kit.js";

const isVowel = (letter) => "aeiou".includes(letter);

export const attention = {
  title: "A query meets keys",
  hook: "Ask for a vowel. Then for the last one.",
  lesson: ["4-attention/2-looking-back", "Looking back"],
  code: "dot, softmax",
  invite: "The last letter asks. Drag its query: to the right it asks for a vowel, up for a late letter. "
    + "A key's arrow is as thick as its share.",
  notice: "Key says where to look, value what you learn there: is it an a, is it an e? Take emma, and "
    + "point the query right and up. That's \u201cthe last vowel\u201d. A longer query is a surer one.",

  mount({ stage, controls, compute, report }) {
    let [name, q] = ["em", [2, 0]];
    const sketch = new Sketch(stage, "Query and keys", (w) => plane(w) + 190, draw);
    const plane = (w) => clamp(0.62 * w, 270, 380);
    let x_, y_;
    const handle = sketch.handle({
      label: "query",
      shape: disc(9, "f-second"),
      drag: (x, y) => put([x_.back(x), y_.back(y)]),
      key: (right, up) => put([q[0] + 0.1 * right, q[1] + 0.1 * up]),
      read: () => ({
        text: `${short(q[0], 1)} for vowels, ${short(q[1], 1)} for late letters`, now: q[0], low: -3, high: 3,
      }),
    });
    const say = message(controls);
    choice(controls, {
      label: "The letters so far", options: ["em", "am", "emma", "bavo"].map((x) => [x, x]), value: "em",
      change: (option) => {
        name = option;
        sketch.redraw();
      },
    });
    sketch.redraw();

    function put([x, y]) {
      q = [x, y].map((part) => clamp(Math.round(part * 20) / 20, -3, 3));
      sketch.redraw();
    }

    function draw(pen, width, height) {
      const letters = [...name];
      const vowels = [...new Set(["a", "e", ...letters.filter(isVowel)])].filter((v) => name === "em" || name === "am" || letters.includes(v));
      const keys = letters.map((letter, i) => [isVowel(letter) ? 1 : 0, i]);
      const values = letters.map((letter) => vowels.map((vowel) => (vowel === letter ? 1 : 0)));
      const n = [...compute("playAttention", [...q, letters.length, vowels.length, ...keys.flat(), ...values.flat()])];
      const [scores, shares, blend] = [n.splice(0, letters.length), n.splice(0, letters.length), n];

      // The plane: one unit is as long both ways.
      const side = plane(width);
      const unit = Math.min((width - 40) / 6.6, (side - 20) / 6.4);
      const [cx, cy] = [width / 2, side / 2 + 4];
      x_ = scale(0, 1, cx, cx + unit);
      y_ = scale(0, 1, cy, cy - unit);
      for (let t = -3; t <= 3; t++) {
        pen.line(x_(t), y_(-3), x_(t), y_(3), "faint", t ? 0.7 : 1.5);
        pen.line(x_(-3), y_(t), x_(3), y_(t), "faint", t ? 0.7 : 1.5);
      }
      pen.text("a vowel →", x_(3), y_(-3) + 18, { role: "muted", size: 13, anchor: "end" });
      pen.text("late ↑", x_(-3) + 6, y_(3) + 17, { role: "muted", size: 13 });
      // Keys at the same place would hide each other; none are, since each has a position of its own.
      letters.forEach((letter, i) => {
        const [x, y] = [x_(keys[i][0]), y_(keys[i][1])];
        const thick = 1.5 + 13 * shares[i];
        if (keys[i][0] || keys[i][1]) pen.arrow(cx, cy, x, y, "accent", thick, { opacity: 0.75 });
        else pen.circle(cx, cy, 4 + thick / 2, "accent", { opacity: 0.75 });
        // Vowels have their names on the right, the others on the left, clear of a query along the axis.
        const [side, tx, ty] = keys[i][0] ? ["start", x + 6, y - 10]
          : i ? ["end", x - 12, y + 6] : ["start", x + 8, y + 22];
        const label = pen.text("", tx, ty, { size: 19, bold: true, anchor: side });
        const share = svg("tspan", { class: "f-accent", "font-size": 13 }, percent(shares[i]));
        label.append(...(side === "start" ? [letter + "\u2009 ", share] : [share, " \u2009" + letter]));
      });
      const [qx, qy] = [x_(q[0]), y_(q[1])];
      pen.arrow(cx, cy, qx, qy, "second", 3);
      // Its name stands beyond its tip.
      const isLevel = Math.abs(q[0]) > Math.abs(q[1]);
      pen.text("query", qx + (isLevel ? 16 * Math.sign(q[0]) : 0), qy + (isLevel ? 5 : q[1] < 0 ? 28 : -18),
        { size: 14, bold: true, role: "second", anchor: isLevel ? (q[0] < 0 ? "end" : "start") : "middle" });
      handle.move(qx, qy);

      // Below: each letter pours its value through a stream as wide as its share.
      const [from, to] = [side + 68, height - 36];
      const spread = Math.min(width - 60, 440);
      const at = (i) => cx - spread / 2 + ((i + 0.5) * spread) / letters.length;
      const glass = Math.min(width - 60, 360);
      let start = cx - glass / 2;
      const widest = Math.min(spread / letters.length - 8, 90);
      letters.forEach((letter, i) => {
        const x = at(i);
        const wide = Math.max(widest * shares[i], 0.6);
        const [a, b] = [x - wide / 2, x + wide / 2];
        const [c, d] = [start, start + glass * shares[i]];
        start = d;
        const bend = (from + to) / 2;
        const role = isVowel(letter) ? "accent" : "muted";
        pen.shape(`M${a} ${from}L${b} ${from}C${b} ${bend} ${d} ${bend} ${d} ${to - 18}L${c} ${to - 18}C${c} ${bend} ${a} ${bend} ${a} ${from}Z`,
          role, { opacity: 0.35 });
        pen.rect(c, to - 18, d - c, 20, role, { opacity: 0.85 });
        if (d - c > 18) pen.text(letter, (c + d) / 2, to - 3, { size: 14, bold: true, anchor: "middle", role: "paper" });
        pen.text(letter, x, from - 24, { size: 18, bold: true, anchor: "middle" });
        pen.text(`(${values[i].join(", ")})`, x, from - 8, { size: 13, role: "muted", anchor: "middle" });
      });
      pen.text(`it learns: ${vowels.map((vowel, j) => `${vowel} ${short(blend[j])}`).join("\u2003")}`, cx, height - 8,
        { size: 16, bold: true, anchor: "middle" });
      const best = shares.indexOf(Math.max(...shares));
      say(`Query times key: ${letters.map((letter, i) => `${letter} ${short(scores[i], 1)}`).join(", ")}. `
        + `Softmax gives ${percent(shares[best])} to ${letters[best]}${letters.indexOf(letters[best]) !== letters.lastIndexOf(letters[best]) ? `, letter ${best + 1}` : ""}.`);
      report({ name, q, keys, values, scores, shares, blend });
    }
  },
};
