// Sixteen numbers, cut into heads.

import { Sketch, buttons, choice, clamp, message, percent, short, svg, trim } from "./kit.js";

const bos = 26;

export const heads = {
  title: "Sixteen numbers, four heads",
  hook: "The same numbers, only cut.",
  lesson: ["5-heads/1-multi-head-attention", "Multi-head attention"],
  code: "rmsnorm, linear, dot, softmax, with the trained model's matrices",
  invite: "A letter's query on top, the keys of all letters so far below it: 16 numbers each, cut into "
    + "slices. The bars show how each head shares out its look. Drag a slice of the query onto another.",
  notice: "As one head, the start takes nearly all, and nobody looks at the e. Cut in four, head 1 finds "
    + "it. Now swap slices 2 and 3: each asks the other's question of its own keys, and looks elsewhere. "
    + "Let keys and values move along, and the old shares come back, at another place.",

  mount({ stage, controls, compute, report }) {
    let [nHead, quarters, movesAll, name, asking] = [4, [0, 1, 2, 3], false, "emma", 3];
    const pad = 30;
    const cellOf = (width) => Math.floor((width - pad - 2) / 16);
    const tokensOf = () => [bos, ...[...name].slice(0, asking).map((c) => c.charCodeAt(0) - 97)];
    const rowHeight = 54;
    const sketch = new Sketch(stage, "Query, keys and shares", () => 174 + rowHeight * (asking + 1), draw);
    const grips = [0, 1, 2, 3].map(() => svg("rect", { class: "slab", rx: 6 }));
    const slabs = grips.map((grip, place) => sketch.handle({
      label: `query slice ${place}`,
      shape: [grip],
      drag: (x) => {
        const target = clamp(Math.floor((x - pad) / (4 * cellOf(sketch.width))), 0, 3);
        hover = { place, target, x };
        sketch.redraw();
      },
      key: (right, up) => swap(place, clamp(place + Math.sign(right + up), 0, 3)),
      read: () => ({ text: `holds slice ${quarters[place]}`, now: quarters[place], low: 0, high: 3 }),
    }));
    let hover = null;
    slabs.forEach((slab) => slab.addEventListener("pointerup", () => {
      if (!hover) return;
      const { place, target } = hover;
      hover = null;
      swap(place, target);
    }));

    const say = message(controls);
    choice(controls, {
      label: "Cut into heads", options: [1, 2, 4, 8, 16].map((n) => [n, String(n)]), value: 4,
      change: (n) => {
        nHead = n;
        sketch.redraw();
      },
    });
    choice(controls, {
      label: "What a swap moves", options: [[false, "the query only"], [true, "keys and values, too"]], value: false,
      change: (all) => {
        movesAll = all;
        sketch.redraw();
      },
    });
    const who = choice(controls, {
      label: "Who asks", options: [["emma 3", "emm"], ["emma 4", "emma"], ["bavo 3", "bav"], ["bavo 4", "bavo"]],
      value: "emma 3",
      change: (option) => {
        [name, asking] = [option.slice(0, 4), Number(option.slice(5))];
        sketch.redraw();
      },
    });
    buttons(controls, {
      label: "Slices back in place",
      press: () => {
        quarters = [0, 1, 2, 3];
        sketch.redraw();
      },
    });
    sketch.redraw();

    function swap(a, b) {
      [quarters[a], quarters[b]] = [quarters[b], quarters[a]];
      sketch.redraw();
    }

    function draw(pen, width) {
      const tokens = tokensOf();
      const letters = ["·", ...[...name].slice(0, asking)];
      const n = [...compute("playHeads", [nHead, ...quarters, movesAll ? 1 : 0, ...tokens])];
      const [q, keys, shares, found] = [n.splice(0, 16),
        letters.map(() => n.splice(0, 16)), Array.from({ length: nHead }, () => n.splice(0, letters.length)), n];
      const cell = cellOf(width);
      const wide = 16 / nHead;
      const gap = (j) => pad + j * cell;
      const largest = Math.max(...keys.flat().map(Math.abs), ...q.map(Math.abs));

      const cells = (numbers, y, height, top) => numbers.forEach((x, j) => {
        pen.rect(gap(j) + 0.5, y, cell - 1, height, x < 0 ? "second" : "accent",
          { opacity: 0.06 + 0.74 * Math.min(1, Math.abs(x) / top), rx: 2 })
          .append(svg("title", {}, trim(x, 4)));
        if (cell >= 34) {
          pen.text(short(x, 1), gap(j) + cell / 2, y + height / 2 + 4, { size: 11.5, anchor: "middle" });
        }
      });

      pen.text(`the query of ${letters[letters.length - 1]}: drag a slice`, pad, 13, { size: 13, role: "muted" });
      const queryTop = 44;
      cells(q, queryTop, 32, largest);
      [0, 1, 2, 3].forEach((place) => {
        const [x, w] = [gap(4 * place), 4 * cell];
        grips[place].setAttribute("x", -w / 2 + 0.5);
        grips[place].setAttribute("y", -19);
        grips[place].setAttribute("width", w - 1);
        grips[place].setAttribute("height", 38);
        grips[place].classList.toggle("moved", quarters[place] !== place);
        slabs[place].classList.toggle("target", hover?.target === place && hover.place !== place);
        slabs[place].move(hover?.place === place ? hover.x : x + w / 2, queryTop + 16);
        if (hover?.place === place) slabs[place].place = [hover.x, queryTop + 16];
        const isMoved = quarters[place] !== place;
        pen.text(`‹ ${quarters[place]} ›`, x + w / 2, 35,
          { size: 13, bold: isMoved, role: isMoved ? "second" : "muted", anchor: "middle" });
      });
      const first = 118;
      pen.text("the keys, and each head's shares", pad, first - 10, { size: 13, role: "muted" });
      letters.forEach((letter, i) => {
        const y = first + i * rowHeight;
        pen.text(letter, 12, y + 17, { size: 18, bold: true, anchor: "middle" });
        cells(keys[i], y, 22, largest);
        for (let h = 0; h < nHead; h++) {
          const [x, w] = [gap(h * wide) + 1.5, wide * cell - 3];
          pen.rect(x, y + 26, w, 14, "faint", { rx: 3, opacity: 0.5 });
          pen.rect(x, y + 26, w * shares[h][i], 14, "ink", { rx: 3, opacity: 0.85 })
            .append(svg("title", {}, percent(shares[h][i])));
          if (w > 56) {
            const inside = shares[h][i] > 0.5;
            pen.text(percent(shares[h][i]), inside ? x + w * shares[h][i] - 5 : x + w * shares[h][i] + 5, y + 37.5,
              { size: 11.5, anchor: inside ? "end" : "start", role: inside ? "paper" : "muted" });
          }
        }
      });
      const last = first + letters.length * rowHeight;
      pen.text("what the heads found: values, blended", pad, last + 10, { size: 13, role: "muted" });
      cells(found, last + 18, 22, Math.max(...found.map(Math.abs)));
      for (let h = 1; h < nHead; h++) {
        const x = gap(h * wide);
        pen.line(x, queryTop - 4, x, queryTop + 38, "ink", 1.5);
        pen.line(x, first - 3, x, last - 8, "ink", 1.5);
        pen.line(x, last + 15, x, last + 43, "ink", 1.5);
      }
      const looks = shares.map((row) => letters[row.indexOf(Math.max(...row))]);
      say(nHead > 4 ? `${nHead} heads of ${wide}: ${nHead} answers.`
        : `Looks most at: ${looks.map((letter, h) => `${nHead > 1 ? `head ${h} ` : ""}${letter === "·" ? "the start" : letter} (${percent(Math.max(...shares[h]))})`).join(", ")}.`);
      report({ nHead, quarters: [...quarters], movesAll, tokens, q, keys, shares, found });
    }
  },
};
