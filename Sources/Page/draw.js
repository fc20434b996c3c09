// Drawing that more than one tab needs. All colours come from the style sheet.

/** An element with attributes and children; those of SVG have their own namespace. */
export function make(name, attributes = {}, ...children) {
  const isSVG = svgNames.has(name);
  const element = isSVG
    ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element[key] = value;
    else if (value !== false && value != null) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}
const svgNames = new Set(["svg", "g", "path", "line", "rect", "circle", "text", "polyline", "title", "defs", "marker"]);

/** A number as text that is as wide for all of about the same size. */
export function short(x) {
  if (!Number.isFinite(x)) return String(x);
  const size = Math.abs(x);
  if (size !== 0 && size < 0.001) return x.toExponential(0).replace("-", "−").replace("e-", "e−");
  return x.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2).replace("-", "−");
}

/**
 * The colour of a number: none at 0, the accent above, the second colour below, strongest at `scale`.
 * What it says the number beside it says, too.
 */
export function tint(x, scale = 1) {
  const part = Math.min(1, Math.abs(x) / (scale || 1));
  return `color-mix(in srgb, var(--${x < 0 ? "second" : "accent"}) ${(70 * part).toFixed(0)}%, var(--paper))`;
}

/** A row of numbers as coloured cells with their text. `label` says what they are. */
export function cells(numbers, { label, scale, onclick } = {}) {
  const largest = scale ?? Math.max(1e-12, ...Array.from(numbers, Math.abs));
  const row = make("div", { class: "cells", role: "group", "aria-label": label });
  Array.from(numbers).forEach((x, i) => {
    const cell = make(onclick ? "button" : "span", { class: "cell" }, short(x));
    cell.style.background = tint(x, largest);
    if (onclick) cell.onclick = () => onclick(i);
    row.append(cell);
  });
  return row;
}

/** A curve that grows: the loss at each step, pale, and smoothed, strong. */
export class Curve {
  constructor(element) {
    this.element = element;
    this.svg = make("svg", { role: "img" });
    element.append(this.svg);
    this.start({ steps: 500 });
    new ResizeObserver(() => this.draw()).observe(element);
  }

  /** Another training: `guess` is the loss of who knows nothing. */
  start({ steps, guess, tokens, first = 0 }) {
    Object.assign(this, { steps, guess, tokens, first, losses: [], smoothed: [] });
    this.draw();
  }

  add(loss, smoothed) {
    this.losses.push(loss);
    this.smoothed.push(smoothed);
    if (!this.isWaiting) {
      this.isWaiting = true;
      requestAnimationFrame(() => { this.isWaiting = false; this.draw(); });
    }
  }

  /** The frame is drawn anew only when it is another one; the lines always. */
  draw() {
    const width = Math.max(260, this.element.clientWidth), height = Math.max(190, Math.min(320, width * 0.5));
    const [left, right, top, bottom] = [34, 46, 12, 34];
    const highest = this.losses.reduce((most, loss) => (Number.isFinite(loss) ? Math.max(most, loss) : most), 4);
    const limit = Math.ceil(highest);
    const x = (step) => left + ((width - left - right) * step) / this.steps;
    const y = (loss) => top + (height - top - bottom) * (1 - Math.min(loss, limit) / limit);
    const frame = [width, height, limit, this.steps, this.guess].join();
    if (frame !== this.frame) {
      this.frame = frame;
      this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      this.svg.setAttribute("width", width);
      this.svg.setAttribute("height", height);
      this.svg.replaceChildren(...this.axes(x, y, width - right, height, limit),
        this.raw = make("polyline", { class: "s-accent raw" }),
        this.strong = make("polyline", { class: "s-accent strong" }),
        this.dot = make("circle", { r: 3.5, class: "f-accent" }),
        this.number = make("text", { class: "f-accent number" }));
    }
    const points = (list) => list.map((loss, i) => `${x(this.first + i + 1).toFixed(1)},${y(loss).toFixed(1)}`).join(" ");
    const isEmpty = this.losses.length === 0;
    const last = isEmpty ? this.guess ?? 0 : this.smoothed.at(-1), end = x(this.first + this.losses.length);
    this.raw.setAttribute("points", points(this.losses));
    this.strong.setAttribute("points", points(this.smoothed));
    for (const [key, value] of [["cx", end], ["cy", y(last)]]) this.dot.setAttribute(key, value);
    for (const [key, value] of [["x", end + 8], ["y", y(last) + 4]]) this.number.setAttribute(key, value);
    this.dot.setAttribute("visibility", isEmpty ? "hidden" : "visible");
    this.number.textContent = isEmpty ? "" : last.toFixed(2);
    this.svg.setAttribute("aria-label", isEmpty
      ? "The loss of each step; no step is done yet"
      : `The loss of each step: at first ${this.losses[0].toFixed(2)}, now ${last.toFixed(2)}, after ${this.losses.length} steps`);
  }

  axes(x, y, right, height, limit) {
    const parts = [];
    const text = (content, attributes) => parts.push(make("text", attributes, content));
    const line = (loss, kind) => parts.push(make("line", { x1: x(0), x2: right, y1: y(loss), y2: y(loss), class: kind }));
    for (let loss = 0; loss <= limit; loss += Math.ceil(limit / 5)) {
      line(loss, "s-faint");
      text(String(loss), { x: x(0) - 6, y: y(loss) + 4, "text-anchor": "end", class: "f-muted" });
    }
    const every = [1, 2, 5].flatMap((n) => [1, 10, 100, 1e3, 1e4, 1e5].map((power) => n * power))
      .sort((a, b) => a - b).find((tick) => this.steps / tick <= 5) ?? this.steps;
    for (let step = 0; step <= this.steps; step += every) {
      text(step.toLocaleString("en"), { x: x(step), y: height - 16, "text-anchor": "middle", class: "f-muted" });
    }
    text("names read", { x: (x(0) + right) / 2, y: height - 2, "text-anchor": "middle", class: "f-muted" });
    if (this.guess) {
      line(this.guess, "s-ink dashed");
      text(`blind guessing: ${this.guess.toFixed(2)}`, { x: right, y: y(this.guess) - 6, "text-anchor": "end", class: "f-ink" });
    }
    return parts;
  }
}
