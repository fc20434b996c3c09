// A small picture for each piece, on the page that shows all of them.

import { svg } from "./kit.js";

const bar = (x, y, width, height, role = "accent", opacity = 1) =>
  svg("rect", { x, y, width, height, rx: 2, class: `f-${role}`, opacity });
const line = (d, role = "ink", width = 2.5, more = {}) =>
  svg("path", { d, class: `s-${role}`, "stroke-width": width, "stroke-linecap": "round", ...more });
const dot = (cx, cy, r = 5, role = "second") => svg("circle", { cx, cy, r, class: `f-${role}` });

const pictures = {
  surprise: () => [line("M12 8C16 50 40 66 110 70"), dot(25, 42), dot(60, 62), line("M8 50H112", "second", 1.5)],
  slope: () => [line("M8 10C30 80 80 90 112 14"), line("M20 34L58 72", "accent", 4), dot(38, 52, 6)],
  softmax: () => [bar(16, 14, 20, 34), bar(50, 28, 20, 20, "second"), bar(84, 40, 20, 8, "muted"),
    bar(10, 58, 60, 16), bar(70, 58, 32, 16, "second"), bar(102, 58, 10, 16, "muted")],
  chain: () => [bar(8, 8, 104, 14, "faint"), bar(8, 36, 104, 14, "faint"), bar(8, 64, 104, 14, "faint"),
    svg("path", { d: "M50 22H58L68 36H50ZM50 50H68L92 64H50Z", class: "f-accent", opacity: 0.35 }),
    bar(50, 8, 8, 14), bar(50, 36, 18, 14), bar(50, 64, 42, 14)],
  backward: () => [line("M60 18L40 42M86 48L52 44M46 70L40 48M50 70L84 54", "muted"), dot(60, 14, 8, "faint"),
    dot(40, 44, 9), dot(88, 50, 9), dot(48, 72, 9)],
  attention: () => [line("M24 70L100 66", "accent", 8), line("M24 70L28 20", "accent", 2),
    line("M24 70L80 34", "second", 3), dot(80, 34)],
  residual: () => [0, 1, 2].flatMap((row) => [8, 5, 2][row] && [0, 1, 2, 3].flatMap((j) => {
    const tall = [9, 5, 11, 7][j];
    return [bar(12 + 10 * j, 24 + 24 * row - tall / (1 + 2.5 * row), 6, tall / (1 + 2.5 * row) + 0.5),
      bar(72 + 10 * j, 24 + 24 * row - tall, 6, tall)];
  })),
  heads: () => [0, 1, 2, 3].flatMap((h) => [0, 1, 2, 3].map((j) =>
    bar(6 + 27.5 * h + 6 * j, 20, 5, 20, j % 2 ? "accent" : "second", 0.3 + 0.2 * ((h * 3 + j * 2) % 4)))
    .concat(bar(6 + 27.5 * h, 52, 23, 8, "faint"), bar(6 + 27.5 * h, 52, [6, 20, 12, 23][h], 8, "ink"))),
  adam: () => [svg("ellipse", { cx: 66, cy: 44, rx: 52, ry: 24, class: "f-accent", opacity: 0.12 }),
    svg("ellipse", { cx: 74, cy: 44, rx: 30, ry: 12, class: "f-accent", opacity: 0.18 }),
    line("M12 24L20 60L28 30L36 56L44 34L52 52", "second"), line("M12 24C40 30 60 44 92 46C84 42 80 44 76 44", "accent")],
  sampling: () => [bar(10, 12, 12, 38), bar(26, 26, 12, 24), bar(42, 32, 12, 18), bar(58, 40, 12, 10, "faint"),
    bar(74, 44, 12, 6, "faint"), bar(90, 47, 12, 3, "faint"), bar(10, 62, 52, 14), bar(63, 62, 28, 14, "accent", 0.6),
    bar(92, 62, 18, 14), line("M70 52V64", "second", 3)],
};

export const icon = (name) =>
  svg("svg", { viewBox: "0 0 120 84", class: "icon", "aria-hidden": "true" }, pictures[name]());
