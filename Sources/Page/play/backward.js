// Backward by hand: the reader picks whose turn it is.

import { Sketch, buttons, clamp, html, message, short, svg, trim } from "./kit.js";

const names = ["a", "d", "e", "y"];
const turnOf = { y: 0, e: 1, d: 2 };
const children = { y: ["d", "e"], e: ["d"], d: ["a"] };
const messagePlaces = { y: [0, 1], e: [0], d: [1] };  // of the two that each turn gives

export const backward = {
  title: "Who speaks first?",
  hook: "One order is right. Find a wrong one.",
  lesson: ["3-autograd/3-backwards", "Backwards"],
  code: "Value, localGrads, backward",
  invite: "Press y, e and d, in any order. Each sends its gradient, times the slope on its arrow, to "
    + "what it was made from. Then try another order.",
  notice: "d is used twice, so it hears from two. If it speaks before both have written, it passes on "
    + "a half-finished number, and nothing tells you. Drag a for other numbers.",

  mount({ stage, controls, compute, report }) {
    let [a, order, timer] = [2, [], 0];
    const sketch = new Sketch(stage, "A graph of four numbers", 430, draw);
    const boxes = {};
    const shape = (width) => [
      svg("rect", { x: -width / 2, y: -30, width, height: 60, rx: 12, class: "node" }),
      svg("text", { y: -5, "text-anchor": "middle", "font-size": 16, "font-weight": 600 }),
      svg("text", { y: 17, "text-anchor": "middle", "font-size": 14, class: "f-second" }),
    ];
    for (const name of ["y", "e", "d"]) {
      const box = svg("g", {
        class: "turn", role: "button", tabindex: 0, "data-turn": name,
        click: () => turn(name),
        keydown: (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          turn(name);
        },
      }, shape(146), svg("g", { class: "badge" }, svg("circle", { cx: -73, cy: -30, r: 11, class: "f-second" }),
        svg("text", { x: -73, y: -25.5, "font-size": 13, "font-weight": 600, "text-anchor": "middle", class: "f-paper" })));
      sketch.handles.append(box);
      boxes[name] = box;
    }
    let start = 0;
    boxes.a = sketch.handle({
      label: "a",
      shape: [...shape(146),
        svg("text", { x: -61, y: 5, "text-anchor": "middle", "font-size": 16, class: "f-muted" }, "‹"),
        svg("text", { x: 61, y: 5, "text-anchor": "middle", "font-size": 16, class: "f-muted" }, "›")],
      drag: (x) => put(start + (x - sketch.width / 2) / 24),
      key: (right, up) => put(a + 0.5 * Math.sign(right + up)),
      read: () => ({ text: trim(a), now: a, low: -5, high: 5 }),
    });
    boxes.a.addEventListener("pointerdown", () => { start = a; });

    const say = message(controls);
    const list = html("ol", { class: "turns" });
    controls.append(list);
    buttons(controls,
      { label: "Start again", press: () => play([]) },
      { label: "Take one back", press: () => play(order.slice(0, -1)) },
      { label: "As backward() does", press: () => play([], ["y", "e", "d"]) });
    sketch.redraw();

    function put(value) {
      a = clamp(Math.round(2 * value) / 2, -5, 5);
      sketch.redraw();
    }
    function turn(name) {
      if (!order.includes(name)) play([...order, name]);
    }
    /** Shows these turns, and then more of them, one after another. */
    function play(turns, next = []) {
      clearTimeout(timer);
      order = turns;
      sketch.redraw();
      if (next.length) timer = setTimeout(() => play([...turns, next[0]], next.slice(1)), turns.length ? 900 : 300);
    }

    function draw(pen, width) {
      const n = compute("playBackward", [a, ...order.map((name) => turnOf[name])]);
      const of = (start) => Object.fromEntries(names.map((name, i) => [name, n[start + i]]));
      const [data, grads, right] = [of(0), of(4), of(8)];
      const sent = order.map((name, i) => [name,
        messagePlaces[name].map((place) => n[12 + 2 * i + place])]);
      // What each knew when it spoke.
      const known = {};
      order.forEach((name, i) => {
        known[name] = compute("playBackward", [a, ...order.slice(0, i).map((x) => turnOf[x])])[4 + names.indexOf(name)];
      });

      const across = Math.min(0.27 * width, 170);
      const places = {
        a: [width / 2 - 0.75 * across, 44], d: [width / 2 - 0.75 * across, 160],
        e: [width / 2 + across, 272], y: [width / 2 - 0.75 * across, 388],
      };
      // Arrows go the way in which gradients go: to the children.
      const edges = [
        ["d", "a", "3"], ["e", "d", "1"], ["y", "d", `e = ${trim(data.e)}`], ["y", "e", `d = ${trim(data.d)}`],
      ];
      for (const [from, to, local] of edges) {
        const [x1, y1] = places[from];
        const [x2, y2] = places[to];
        const length = Math.hypot(x2 - x1, y2 - y1);
        const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
        const cut = (box) => Math.min(75 / Math.max(Math.abs(ux), 1e-9), 33 / Math.max(Math.abs(uy), 1e-9)) + box;
        const [sx, sy] = [x1 + ux * cut(2), y1 + uy * cut(2)];
        const [ex, ey] = [x2 - ux * cut(4), y2 - uy * cut(4)];
        const turnNumber = order.indexOf(from);
        const isSent = turnNumber >= 0;
        const isLate = isSent && order.includes(to) && order.indexOf(to) < turnNumber;
        pen.arrow(sx, sy, ex, ey, isSent ? "second" : "muted", isSent ? 3 : 1.5,
          isSent ? {} : { opacity: 0.7 });
        const [mx, my] = [(sx + ex) / 2, (sy + ey) / 2];
        const left = (from === "y" && to === "d") || (from === "d" && to === "a");
        // Beside an upright arrow; above or below a slanted one.
        const [tx, anchor] = left ? [mx + 12, "start"] : [mx + 10, "start"];
        const ty = my + (left ? 0 : from === "e" ? -22 : 22);
        pen.text(`× ${local}`, tx, ty + (isSent ? -5 : 5), { size: 14, anchor, role: "muted" });
        if (isSent) {
          const message = sent[turnNumber][1][children[from].indexOf(to)];
          pen.text(`${isLate ? "too late: " : ""}+${short(message, 1).replace(/\.0$/, "")}`,
            tx, ty + 14, { size: 15, anchor, role: "second", bold: true });
        }
      }
      const formulas = { a: "a", d: "d = 3a", e: "e = d + 1", y: "y = d·e" };
      for (const name of names) {
        const box = boxes[name];
        const [rect, first, second] = box.querySelectorAll("rect, text");
        first.textContent = `${formulas[name]} = ${trim(data[name])}`;
        second.textContent = `gradient ${trim(grads[name])}`;
        first.setAttribute("class", "f-ink");
        const hasSpoken = order.includes(name);
        rect.setAttribute("class", `node${hasSpoken ? " spoken" : name === "a" ? "" : " waiting"}`);
        if (name === "a") box.move(...places.a);
        else {
          box.style.transform = `translate(${places[name][0]}px, ${places[name][1]}px)`;
          box.setAttribute("aria-label", hasSpoken
            ? `${name}, gradient ${trim(grads[name])}, has had its turn`
            : `${name}, gradient ${trim(grads[name])}: give it its turn`);
          box.setAttribute("aria-disabled", String(hasSpoken));
          const badge = box.querySelector(".badge");
          badge.style.display = hasSpoken ? "" : "none";
          badge.querySelector("text").textContent = order.indexOf(name) + 1;
        }
      }

      list.replaceChildren(...sent.map(([name, messages]) => html("li", {},
        html("b", {}, name), " knows ", trim(known[name]), " and adds ",
        messages.map((m, i) => `${i ? ", " : ""}${trim(m)} to ${children[name][i]}`).join(""))));
      const stale = order.filter((name) => known[name] !== grads[name]);
      if (order.length < 3) {
        say(order.length ? "Whose turn is next?" : "y begins with gradient 1: it reacts to itself one to one. Whose turn is it?");
      } else if (grads.a === right.a) {
        say(html("strong", {}, `✓ a has ${trim(grads.a)}. `), stale.length
          ? "By luck: with this a, what came late is 0." : "Everybody had heard from all who used it before it spoke.");
      } else {
        say(html("strong", {}, `✗ a has ${trim(grads.a)}, and should have ${trim(right.a)}. `),
          stale.map((name) => `${name} spoke when it knew ${trim(known[name])}; ${trim(grads[name] - known[name])} came later. `).join(""));
      }
      report({ a, order, data, grads, right });
    }
  },
};
