// What all pieces are made with: elements, a drawing that fits its column, handles to drag with
// pointer or keys, knobs, and numbers as text.

/** An HTML element; a function among the attributes listens to the event of that name. */
export function html(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same in SVG. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    // As a style, since the page's own rule for texts in drawings would win over an attribute.
    else if (name === "font-size") element.style.fontSize = `${value}px`;
    else if (name === "font-weight") element.style.fontWeight = value ?? "";
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return element;
}

/** A number as it stands in a sentence: a true minus sign, no more digits than asked for. */
export function short(x, digits = 2) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x < 0 ? "−∞" : "∞";
  const size = Math.abs(x);
  const text = size !== 0 && (size >= 1e6 || (digits > 1 && size < 10 ** -digits))
    ? size.toExponential(1).replace("e+", "e").replace("e-", "e−")
    : size.toFixed(digits);
  return x < 0 && Number(text) !== 0 ? "−" + text : text;
}

/** The same without zeros at its end. */
export const trim = (x, digits = 2) =>
  short(x, digits).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

/** A share of 1. */
export const percent = (x) => x > 0 && x < 0.0005 ? "< 0.1 %" : x < 1 && x > 0.9995 ? "> 99.9 %"
  : short(100 * x, x < 1 && x > 0.995 || x < 0.0995 && x > 0 ? 1 : 0) + " %";

export const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

/** From a range of numbers to a range of pixels; `.back` is the way back. */
export function scale(from, to, start, end) {
  const place = (x) => start + ((x - from) / (to - from)) * (end - start);
  place.back = (pixel) => from + ((pixel - start) / (end - start)) * (to - from);
  return place;
}

export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** How wide letters are drawn, about. */
export const textWidth = (text, size) => 0.56 * size * [...text].length;

/**
 * A drawing as wide as its column, in real pixels, so that its letters are as large on a phone as
 * on a wall. `draw(pen, width)` draws it anew; handles stay, so that they keep focus and pointer.
 */
export class Sketch {
  constructor(parent, label, height, draw) {
    this.height = height;
    this.draw = draw;
    this.picture = svg("g");
    this.handles = svg("g");
    this.root = svg("svg", { class: "sketch", role: "group", "aria-label": label },
      this.picture, this.handles);
    parent.append(this.root);
    this.parent = parent;
    new ResizeObserver(() => {
      const width = this.columnWidth();
      if (width && width !== this.width) this.redraw();
    }).observe(parent);
  }

  columnWidth() { return Math.floor(this.parent.clientWidth); }

  redraw() {
    this.width = this.columnWidth() || 360;
    const height = typeof this.height === "function" ? this.height(this.width) : this.height;
    for (const [name, value] of [["width", this.width], ["height", height]]) {
      this.root.setAttribute(name, value);
    }
    this.root.setAttribute("viewBox", `0 0 ${this.width} ${height}`);
    this.picture.replaceChildren();
    this.draw(new Pen(this.picture), this.width, height);
  }

  /** Where the pointer is, in the drawing's pixels. */
  point(event) {
    const box = this.root.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /**
   * Something to drag. `drag(x, y)` hears pixels, `key(right, up)` steps of arrow keys: ±1, or ±10
   * with shift or by Page Up and Down. `read()` gives what a screen reader says: `text` and `now`,
   * between `low` and `high`.
   */
  handle({ label, shape, drag, key, read }) {
    const node = svg("g", {
      class: "handle", role: "slider", tabindex: 0, "aria-label": label, "data-handle": label,
    }, shape);
    let grip = null;
    node.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      node.setPointerCapture(event.pointerId);
      node.focus({ preventScroll: true });
      const [x, y] = this.point(event);
      grip = [(node.place?.[0] ?? x) - x, (node.place?.[1] ?? y) - y];
      node.classList.remove("glide");
      node.classList.add("held");
    });
    node.addEventListener("pointermove", (event) => {
      if (!grip || !drag) return;
      const [x, y] = this.point(event);
      drag(x + grip[0], y + grip[1]);
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      node.addEventListener(end, () => {
        grip = null;
        node.classList.remove("held");
      });
    }
    node.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 10 : 1;
      const moves = {
        ArrowRight: [step, 0], ArrowLeft: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step],
        PageUp: [0, 10], PageDown: [0, -10],
      };
      const move = moves[event.key];
      if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();  // the page's own arrow keys are for where nothing is held
      node.classList.remove("glide");
      key(...move);
    });
    node.move = (x, y) => {
      node.place = [x, y];
      node.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
      const { text, now, low, high } = read();
      node.setAttribute("aria-valuetext", text);
      node.setAttribute("aria-valuenow", Number.isFinite(now) ? now : low);
      node.setAttribute("aria-valuemin", low);
      node.setAttribute("aria-valuemax", high);
    };
    node.show = (isShown) => {
      node.style.display = isShown ? "" : "none";
    };
    this.handles.append(node);
    return node;
  }
}

/** The usual handle: a disc with a wide invisible rim for thumbs. */
export const disc = (radius = 9, extra = "") => [
  svg("circle", { r: 22, class: "reach" }),
  svg("circle", { r: radius + 5, class: "halo" }),
  svg("circle", { r: radius, class: "disc " + extra }),
];

/** Draws shapes whose colours are roles: ink, muted, faint, accent, second, paper. */
class Pen {
  constructor(group) { this.group = group; }

  add(tag, attributes, ...children) {
    const node = svg(tag, attributes, ...children);
    this.group.append(node);
    return node;
  }

  line(x1, y1, x2, y2, role = "muted", width = 1, more = {}) {
    return this.add("line", {
      x1, y1, x2, y2, class: "s-" + role, "stroke-width": width, ...more,
    });
  }

  path(points, role = "ink", width = 2, more = {}) {
    const d = points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
    return this.add("path", { d, class: "s-" + role, "stroke-width": width, ...more });
  }

  shape(d, role, more = {}) { return this.add("path", { d, class: "f-" + role, ...more }); }

  rect(x, y, width, height, role, more = {}) {
    return this.add("rect", {
      x, y, width: Math.max(width, 0), height: Math.max(height, 0), class: "f-" + role, ...more,
    });
  }

  circle(cx, cy, r, role, more = {}) {
    return this.add("circle", { cx, cy, r, class: "f-" + role, ...more });
  }

  text(text, x, y, { role = "ink", size = 14, anchor = "start", bold, mono, more = {} } = {}) {
    return this.add("text", {
      x, y, "font-size": size, "text-anchor": anchor, "font-weight": bold ? 600 : undefined,
      class: `f-${role}${mono ? " mono" : ""}`, ...more,
    }, text);
  }

  /** A straight arrow with its head at the second point. */
  arrow(x1, y1, x2, y2, role = "muted", width = 1.5, more = {}) {
    const length = Math.hypot(x2 - x1, y2 - y1);
    if (length < 1) return;
    const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
    const head = Math.min(6 + 1.4 * width, length);
    const [bx, by] = [x2 - head * ux, y2 - head * uy];
    const half = 0.45 * head;
    this.line(x1, y1, bx + ux, by + uy, role, width, more);
    this.shape(
      `M${x2} ${y2}L${bx - half * uy} ${by + half * ux}L${bx + half * uy} ${by - half * ux}Z`,
      role, more);
  }
}

/**
 * A knob with its name and number: `knob.value`, `knob.set(x)`. `places` are the numbers that it can
 * have, if they are not evenly spaced.
 */
export function knob(parent, { label, low, high, step, value, show = (x) => trim(x), places, change }) {
  const output = html("output", { class: "knob-value" });
  const input = html("input", {
    type: "range", min: places ? 0 : low, max: places ? places.length - 1 : high,
    step: places ? 1 : step, "aria-label": label, "data-knob": label,
    input: () => {
      update();
      change(knob.value);
    },
  });
  const knob = {
    input,
    get value() { return places ? places[Number(input.value)] : Number(input.value); },
    set(x) {
      input.value = places ? nearest(places, x) : x;
      update();
    },
  };
  function update() {
    output.textContent = show(knob.value);
    input.setAttribute("aria-valuetext", show(knob.value));
  }
  parent.append(html("label", { class: "knob" },
    html("span", { class: "knob-name" }, label), output, input));
  knob.set(value);
  return knob;
}

const nearest = (places, x) => places.reduce(
  (best, place, i) => Math.abs(place - x) < Math.abs(places[best] - x) ? i : best, 0);

/** A row of buttons; the first may be the main one. */
export function buttons(parent, ...list) {
  const made = list.map(({ label, press, main }) =>
    html("button", { type: "button", class: main ? "main" : undefined, click: press }, label));
  parent.append(html("div", { class: "buttons" }, made));
  return made;
}

/** One of several: `choice.value`, `choice.set(x)`. */
export function choice(parent, { label, options, value, change }) {
  const made = options.map(([name, text]) => html("button", {
    type: "button", "data-option": name,
    click: () => {
      choice.set(name);
      change(name);
    },
  }, text));
  const choice = {
    value,
    set(name) {
      choice.value = name;
      made.forEach((button, i) =>
        button.setAttribute("aria-pressed", String(options[i][0] === name)));
    },
  };
  parent.append(html("div", { class: "options", role: "group", "aria-label": label },
    html("span", { class: "knob-name" }, label), html("div", { class: "buttons" }, made)));
  choice.set(value);
  return choice;
}

/** A line of words that changes; screen readers say it. */
export function message(parent) {
  const line = html("p", { class: "message", "aria-live": "polite" });
  parent.append(line);
  return (...children) => line.replaceChildren(...children.filter((child) => child !== undefined));
}

/** A number to be looked at, with its name. */
export function readouts(parent, ...names) {
  const cells = names.map((name) => html("dd", {}, ""));
  parent.append(html("dl", { class: "readouts" },
    names.map((name, i) => html("div", {}, html("dt", {}, name), cells[i]))));
  return (...texts) => texts.forEach((text, i) => { cells[i].textContent = text; });
}
