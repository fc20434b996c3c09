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
