// The tab Play: a small piece for each idea.
//
//   microgpt.html#play             all of them
//   microgpt.html#softmax          one, with its words and the way to the others
//   microgpt.html#softmax/embed    the same alone, without tabs: for a frame inside a lesson. It
//                                  tells its height to the page around it, by a message
//                                  { piece: "softmax", height: 612 }.
//
// A page that has the module in it can also call `mountPiece(name, element, engine)`.

import { adam } from "./play/adam.js";
import { attention } from "./play/attention.js";
import { backward } from "./play/backward.js";
import { chain } from "./play/chain.js";
import { heads } from "./play/heads.js";
import { html } from "./play/kit.js";
import { icon } from "./play/icons.js";
import { residual } from "./play/residual.js";
import { sampling } from "./play/sampling.js";
import { slope } from "./play/slope.js";
import { softmax } from "./play/softmax.js";
import { surprise } from "./play/surprise.js";

/** By their addresses, in the order of the lessons. */
export const pieces = {
  surprise,
  slope,
  softmax,
  chain,
  backward,
  attention,
  residual,
  heads,
  adam,
  sampling,
};

/** Puts a piece into an element. `engine` has the module and the trained model. */
export function mountPiece(name, element, engine) {
  const piece = pieces[name];
  if (!engine.hasPlayModel) {
    engine.hasPlayModel = engine.call("playModel", engine.putBytes(engine.trained) / 8) > 0;
  }
  const stage = html("div", { class: "stage" });
  const controls = html("div", { class: "controls" });
  const [path, lesson] = piece.lesson;
  element.replaceChildren(html("article", { class: "piece", "data-piece": name, "aria-label": piece.title },
    html("div", { class: "left" }, stage, html("p", { class: "notice" }, piece.notice)),
    html("div", { class: "right" },
      html("div", { class: "words" }, html("h2", {}, piece.title), html("p", { class: "invite" }, piece.invite)),
      controls,
      html("p", { class: "source" }, "Its lesson: ", html("a", { href: `${path}/lesson.md` }, lesson),
        html("br"), `Computed by MicroGPT.swift: ${piece.code}.`))));
  piece.mount({
    stage, controls,
    compute: (name, numbers) => engine.getNumbers(engine.call(name, engine.putNumbers(numbers))),
    // What stands there in all digits, for the curious and for tests.
    report: (numbers) => { element.numbers = numbers; },
  });
}

let root, theEngine, hasFrame;

export function mount(element, engine) { [root, theEngine] = [element, engine]; }

/** Called with what the address says after the tab: nothing, or a piece's name. */
export function show(place) {
  const [name, mode] = place.split("/");
  const isEmbedded = mode === "embed";
  document.documentElement.toggleAttribute("data-embed", isEmbedded);
  if (!(name in pieces)) return all();
  const names = Object.keys(pieces);
  const i = names.indexOf(name);
  const holder = html("div", {});
  const way = (to, arrow, kind) => to
    ? html("a", { href: `#${to}`, class: kind, "aria-label": pieces[to].title },
      html("b", {}, arrow), html("span", {}, pieces[to].title))
    : html("span", { class: kind });
  root.replaceChildren(
    ...(isEmbedded ? [] : [html("nav", { class: "ways", "aria-label": "Pieces" },
      way(names[i - 1], "←", "before"),
      html("a", { href: "#play" }, "all pieces"),
      way(names[i + 1], "→", "after"))]),
    holder);
  mountPiece(name, holder, theEngine);
  document.title = `${pieces[name].title} · MicroGPT`;
  if (isEmbedded && parent !== window && !hasFrame) {
    hasFrame = true;
    new ResizeObserver(() =>
      parent.postMessage({ piece: name, height: document.documentElement.scrollHeight }, "*"))
      .observe(document.body);
  }
}

function all() {
  document.title = "Play · MicroGPT";
  root.replaceChildren(
    html("h1", { class: "play-title" }, "Ten ideas to take hold of"),
    html("p", { class: "play-lead" }, "One thing to drag for each idea of the course. "
      + "Every number is computed by MicroGPT.swift itself, here, while you drag."),
    html("ul", { class: "pieces" }, Object.entries(pieces).map(([name, piece]) =>
      html("li", {}, html("a", { href: `#${name}` }, icon(name),
        html("strong", {}, piece.title), html("span", {}, piece.hook))))));
}
