// The tab Step: a training step, line by line, forwards, backwards and through Adam. It draws what the
// recorded step has (trace.js) and asks for another one when the model or the name changes.

import { make, short, tint } from "./draw.js";
import { BY_POSITION, NOTES } from "./notes.js";
import { GRAINS, PHASES, Trace, quoted } from "./trace.js";

const PRESETS = { lesson: 500, gist: 1000 };  // their steps of training
const PHASE_NAMES = { forward: "Forward", order: "Order", backward: "Backward", adam: "Adam" };
const WIDTHS = { forward: 0.44, order: 0.06, backward: 0.32, adam: 0.18 };  // of the bar
const TICKS = 10000;
const ROWS = 24;  // of a table, until all are asked for

const state = {
  model: "lesson", steps: 100, name: "emma", edits: new Map(), before: null, beforeWhat: "",
  stop: 0, asked: [], mode: null, showsGradients: false, timer: 0,
  grains: { forward: "line", order: "all", backward: "turn", adam: "turn" },
};
let engine, trace, info, lines, parts, colours;

export function mount(element, theEngine) {
  engine = theEngine;
  info = JSON.parse(document.getElementById("stops").textContent);
  lines = document.getElementById("source").textContent.split("\n");
  parts = skeleton(element);
  readColours();
  addEventListener("themechange", () => { readColours(); render(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); render(); });
  addEventListener("resize", () => { parts.width = parts.map.clientWidth; render(); });
  document.addEventListener("keydown", onKey);
  parts.width = parts.map.clientWidth;
  begin();
  loadModel();
  record();
  go(trace.find(0, (s) => trace.of(s).names[0] === "tokEmb"));
  window.step = { state, get trace() { return trace; }, go, edit, shown, notes: Object.keys(NOTES) };  // for the curious, and for tests
}

/** `#step/own` has the model of the tab Train. */
export function show(place) {
  if (place !== "own" || !engine.model) return;
  parts.model.value = "own";
  remodel();
}

// MARK: - What is stepped through

/** With what the page was given by `lab explore`, and what the tab Train has trained. */
function begin() {
  engine.getText(engine.call("stepModel", 0, 0, engine.putText(engine.names)));
  const offer = () => {
    if (!parts.model.querySelector("[value=own]")) parts.model.append(make("option", { value: "own" }, "from the tab Train"));
    if (state.model === "own") remodel();
  };
  engine.addEventListener("model", offer);
  if (engine.model) offer();
  const text = document.getElementById("explore").textContent;
  if (!text) return;
  const given = JSON.parse(text);
  parts.name.value = state.name = given.name;
  if (!given.model) return;
  state.given = Uint8Array.from(atob(given.model), (c) => c.charCodeAt(0));
  parts.model.append(make("option", { value: "given" }, given.file.split("/").at(-1)));
  parts.model.value = state.model = "given";
}

function loadModel() {
  const { model } = state;
  parts.steps.parentElement.hidden = parts.follows.parentElement.hidden = !(model in PRESETS);
  if (model === "long") engine.call("stepParams", engine.putBytes(engine.trained) / 8);
  else if (model in PRESETS) {
    parts.steps.max = PRESETS[model];
    parts.steps.value = state.steps = Math.min(state.steps, PRESETS[model]);
    const bytes = engine.call("stepModel", Object.keys(PRESETS).indexOf(model), state.steps, 0);
    state.turnName = engine.getText(bytes);
  } else engine.ask("stepLoad", engine.putBytes(model === "own" ? engine.model.bytes : state.given));
  for (const [index, { now }] of state.edits) engine.call("stepEdit", index, now);
}

/** Takes the step anew. `what` says what there was before, where a difference is to be shown. */
function record(what) {
  const old = trace;
  let fresh;
  try {
    fresh = new Trace(engine, state.name, info);
  } catch (error) {
    parts.error.textContent = error.message;
    return false;
  }
  parts.error.textContent = "";
  parts.name.value = state.name;
  trace = fresh;
  const last = trace.find(trace.begins.forward, (s) => trace.of(s).function === "trainStep" && !trace.isEntry(s));
  trace.loss = trace.data[trace.items(last)[0].ids[0]];
  trace.entries = entriesOf(trace);
  if (what) [state.before, state.beforeWhat] = [old, what];
  if (old) {
    state.asked = state.asked.filter((id) => id < trace.paramCount);
    state.stop = trace.stopLike(old, state.stop);
  }
  drawCode();
  drawBar();
  render();
  return true;
}

/** Where each list of numbers is in the picture of all of them. */
function entriesOf(trace) {
  const entries = [];
  for (let s = 0; s < trace.begins.order; s++) {
    if (trace.context.position[s] < 0 || trace.of(s).entry || trace.of(s).returns) continue;
    if (!["forward", "loss"].includes(trace.of(s).function)) continue;
    for (const item of trace.items(s)) {
      if (item.kind !== "vector" || !item.ids.length) continue;
      const ids = trace.of(s).appends ? item.ids.subarray(-1) : item.ids;
      if (trace.namedAt[ids[0]] !== s) continue;
      const { position, layer, head } = trace.context;
      entries.push({
        name: item.name, row: `${layer[s]} ${trace.line(s)}`, position: position[s], head: head[s], ids, stop: s,
      });
    }
  }
  return entries;
}

// MARK: - Moving

function go(stop) {
  state.stop = Math.max(0, Math.min(trace.count - 1, stop));
  render();
}

function forwards() {
  state.asked = [];
  const isOver = state.stop === trace.count - 1 && parts.follows.checked;
  if (isOver || isByDocument()) anotherDocument(1);
  if (isOver) go(0);
  else if (!isByDocument()) go(trace.next(state.stop, state.grains));
}

function backwards() {
  state.asked = [];
  if (isByDocument()) anotherDocument(-1);
  else go(trace.previous(state.stop, state.grains));
}

function isByDocument() { return state.grains[trace.phase(state.stop)] === "document"; }

/** The next document of the training, or the one before, at the same stop. */
function anotherDocument(direction) {
  if (!(state.model in PRESETS)) return;
  parts.steps.value = state.steps + direction;
  if (Number(parts.steps.value) !== state.steps) remodel();
}

function onKey(event) {
  if (parts.root.closest("section").hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target.matches?.("input:not([type=range]), select, textarea, canvas");
  if (event.key === "Escape" && state.asked.length) {
    state.asked = [];
    render();
    parts.range.focus();
  } else if (isTyping || (event.target.matches?.("input[type=range]") && event.target !== parts.range)) {
    return;
  } else if (event.key === "ArrowRight") forwards();
  else if (event.key === "ArrowLeft") backwards();
  else if (event.key === " " && !event.target.matches?.("button, a")) play();
  else return;
  event.preventDefault();
}

function play() {
  if (state.timer) {
    clearInterval(state.timer);
    state.timer = 0;
  } else {
    if (state.stop === trace.count - 1) go(0);
    state.timer = setInterval(() => {
      forwards();
      if (state.stop === trace.count - 1 || parts.root.closest("section").hidden) play();
    }, 350);
  }
  parts.play.textContent = state.timer ? "Pause" : "Play";
}

// MARK: - The frame

function skeleton(root) {
  const parts = { root };
  const keep = (name, element) => (parts[name] = element);
  const button = (text, onclick, attributes = {}) => make("button", { type: "button", onclick, ...attributes }, text);
  root.replaceChildren(
    make("form", { class: "step-head", onsubmit: (event) => { event.preventDefault(); rename(); } },
      make("label", {}, "Name", keep("name", make("input", {
        value: state.name, size: 10, maxlength: 40, autocomplete: "off", autocapitalize: "off", spellcheck: "false", oninput: rename }))),
      make("label", {}, "Model", keep("model", make("select", { onchange: remodel },
        ...["lesson", "gist"].map((name) => make("option", { value: name }, `preset ${name}`)),
        make("option", { value: "long" }, "trained on 20,000 names")))),
      make("label", { class: "grow" }, keep("stepsText", make("span")), keep("steps", make("input", {
        type: "range", min: 0, max: 500, value: state.steps, oninput: remodel, "aria-label": "Documents trained on before this one" }))),
      make("label", {}, keep("follows", make("input", { type: "checkbox", onchange: follow })), keep("turnName", make("span"))),
      keep("error", make("p", { class: "step-error", role: "alert" }))),
    keep("summary", make("p", { class: "step-summary" })),
    make("div", { class: "step-body" },
      keep("code", make("div", { class: "step-code", tabindex: 0, role: "region", "aria-label": "MicroGPT.swift" })),
      make("div", { class: "step-made" },
        keep("made", make("div", { class: "step-now" })),
        keep("card", make("div")),
        keep("map", make("div", { class: "step-map" })))),
    make("div", { class: "step-bar" },
      make("div", { class: "step-scrub" },
        keep("segments", make("div", { class: "step-segments", "aria-hidden": "true" })),
        keep("range", make("input", {
          type: "range", min: 0, max: TICKS, "aria-label": "Where in the training step",
          oninput: () => { state.asked = []; go(trace.snap(stopAt(Number(parts.range.value)), state.grains[trace.phase(stopAt(Number(parts.range.value)))])); } }))),
      make("div", { class: "step-buttons" },
        button("◀", backwards, { "aria-label": "Back (left arrow key)" }),
        button("▶", forwards, { "aria-label": "On (right arrow key)", class: "main" }),
        keep("play", button("Play", play, { class: "wide" })),
        keep("grains", make("div", { class: "step-grains", role: "radiogroup", "aria-label": "The size of a step" })),
        make("span", { class: "keys" }, "Keys: → on, ← back"))));
  return parts;
}

function rename() {
  const old = trace.name;
  parts.follows.checked = false;
  const name = parts.name.value;
  if (name !== state.name) {
    state.name = name;
    if (!record(quoted(old))) state.name = old;  // until it can be taken, all stays as it is
    parts.name.value = name;
  } else parts.error.textContent = "";
}

/** With the name whose turn it is, the slider goes through the training as it was, name by name. */
function follow() {
  if (!parts.follows.checked) return;
  const old = trace.name;
  parts.name.value = state.name = state.turnName;
  record(quoted(old));
}

function remodel() {
  const old = `${quoted(state.name)} ${state.model in PRESETS ? `after ${state.steps} steps` : "by the other model"}`;
  const isOther = state.model !== parts.model.value;
  state.model = parts.model.value;
  state.steps = Number(parts.steps.value);
  if (isOther) {
    state.edits.clear();
    engine.call("stepForget");
  }
  try {
    loadModel();
  } catch (error) {
    parts.error.textContent = error.message;
    return;
  }
  if (parts.follows.checked && state.model in PRESETS) parts.name.value = state.name = state.turnName;
  record(old);
  if (isOther) state.before = null;
  render();
}

function edit(index, number) {
  if (!Number.isFinite(number)) return;
  const old = trace.data[index];
  if (number === old) return;
  const { name } = trace.nameOf(index);
  if (!state.edits.has(index)) state.edits.set(index, { own: old, now: number });
  state.edits.get(index).now = number;
  engine.call("stepEdit", index, number);
  record(`${name} = ${short(old)}`);
}

function forget() {
  state.edits.clear();
  engine.call("stepForget");
  record("the change");
  state.before = null;
  render();
}

// MARK: - Drawing all

function render() {
  if (!trace) return;
  trace.moveTo(state.stop);
  drawSummary();
  drawMade();
  drawCard();
  drawMap();
  moveBar();
  markCode();
}

function drawSummary() {
  const { before } = state;
  if (state.model in PRESETS) parts.stepsText.textContent = state.steps === 0 ? "Fresh: not trained" : `After ${state.steps} step${state.steps === 1 ? "" : "s"} of training`;
  parts.turnName.textContent = `Take the name whose turn it is: ${state.turnName}`;
  parts.summary.replaceChildren("Loss of ", make("b", {}, trace.name || "(no letters)"), ": ", make("b", {}, trace.loss.toFixed(4)));
  if (before) {
    parts.summary.append(`. Before, with ${state.beforeWhat}, it was ${before.loss.toFixed(4)}. `,
      make("button", { type: "button", class: "quiet", onclick: () => { state.before = null; render(); } }, "Don’t compare"));
  }
  if (state.edits.size) {
    const list = [...state.edits].map(([index, { own, now }]) => `${trace.nameOf(index).name}: ${short(own)} → ${short(now)}`);
    parts.summary.append(" You changed ", list.join(", "), ". ",
      make("button", { type: "button", class: "quiet", onclick: forget }, "Undo"));
  }
}

// MARK: - The code

function drawCode() {
  if (parts.lines) return;
  parts.lines = new Map();
  for (const [name, [first, last]] of Object.entries(info.functions)) {
    const indent = lines[first - 1].search(/\S/);
    const block = make("div", { class: "step-function" });
    for (let n = first; n <= last; n++) {
      const text = lines[n - 1].slice(indent);
      const deep = Math.max(0, text.search(/\S/));
      const line = make("div", { class: info.stops[n] ? "ln stop" : "ln", title: info.stops[n] ? "Go to the next time that this line runs" : null },
        make("span", { class: "no" }, String(n)),
        make("span", { class: /^\s*\/\//.test(text) ? "tx comment" : "tx", style: `--deep:${deep}` }, text.trim()));
      if (info.stops[n]) line.onclick = () => jumpTo(n);
      parts.lines.set(n, line);
      block.append(line);
    }
    parts.code.append(block);
  }
}

/** The next stop at a line, from the beginning if there is none behind. */
function jumpTo(line) {
  const isThere = (s) => trace.line(s) === line;
  let s = trace.find(state.stop + 1, isThere);
  if (s === trace.count) s = trace.find(0, isThere);
  if (s < trace.count) go(s);
}

function markCode() {
  for (const line of parts.lines.values()) line.classList.remove("now", "caller", "source");
  const now = parts.lines.get(trace.line(state.stop));
  for (let s = trace.parents[state.stop]; s >= 0; s = trace.parents[s]) parts.lines.get(trace.line(s)).classList.add("caller");
  now.classList.remove("caller");
  now.classList.add("now");
  now.parentElement.parentElement.querySelector("[aria-current]")?.removeAttribute("aria-current");
  now.setAttribute("aria-current", "step");
  const box = parts.code;
  const top = now.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
  if (top < box.scrollTop + 40 || top > box.scrollTop + box.clientHeight - 60) {
    box.scrollTop = top - box.clientHeight / 2;
  }
}

// MARK: - What the line has made

/** What a note can tell of a stop. */
function about(s) {
  const { position, layer, head } = trace.context;
  const turn = trace.turns[s];
  const phase = trace.phase(s);
  const items = trace.items(s);
  const letter = (k) => quoted(trace.letters[k] ?? "");
  const c = {
    name: trace.name ? `“${trace.name}”` : "a name without letters", paramCount: trace.paramCount.toLocaleString("en"), phase,
    position: position[s], layer: layer[s], head: head[s],
    letter: letter(position[s]), target: letter(position[s] + 1),
    isEntry: trace.isEntry(s), isSquared: s < trace.begins.order && trace.maker(items[0]?.ids?.[0]) === "pow",
    isTrue: items[0]?.kind === "truth" && items[0].numbers[0] === 1, rows: items[0]?.rows,
  };
  const node = phase === "order" ? items.find((item) => item.ids)?.ids[0] : turn >= 0 && phase === "backward" ? trace.turnNodes[turn] : undefined;
  if (node !== undefined) Object.assign(c, {
    node: trace.nameOf(node).name, gradient: precise(trace.grad[node]), children: trace.childCount(node) });
  if (phase === "backward" && turn >= 0) {
    c.child = childAt(s);
    c.childName = c.child >= 0 ? trace.nameOf(trace.childrenOf(node)[c.child]).name : "";
  }
  if (phase === "adam" && turn >= 0) c.param = trace.nameOf(turn).name;
  return c;
}

/** Which child of the number whose turn it is a stop of `backward` is at; -1 for none. */
function childAt(s) {
  const start = trace.turnStarts.backward[trace.turns[s]];
  for (let t = s; t > start; t--) {
    const { names, loops } = trace.of(t);
    if (loops.length === 2 && names[0] === loops[1][1]) return trace.items(t)[0].numbers[0];
  }
  return -1;
}

function note(s) {
  const phase = trace.phase(s);
  const turn = trace.turns[s];
  const grain = state.grains[phase];
  if (turn >= 0 && grain !== "every" && trace.snap(s, grain) === s) {
    const c = about(s);
    if (phase === "backward" && grain === "turn") {
      return `It’s the turn of ${c.node}. All that used it have had theirs, so its gradient is complete: ${c.gradient}. `
        + `It passes it on to ${c.children === 1 ? "the one number" : `the ${c.children} numbers`} that it was made from.`;
    }
    if (phase === "backward") {
      const count = turn + 1 - firstTurn(s, grain);
      return grain === "position" ? `${count} turns: all that was made at position ${trace.context.position[trace.madeAt(trace.turnNodes[turn])]} has passed its gradients on.`
        : count === 1 ? `${c.node} has passed its gradient on to what it was made from.`
          : `${count} turns: what this line made has passed its gradients on to what it was made from.`;
    }
    if (phase === "adam" && grain === "turn") return `Adam moves ${c.param} against the running average of its gradients.`;
    if (phase === "adam") return `Adam has moved ${grain === "matrix" ? `all of ${trace.matrixOf(turn).name}` : "all parameters"}.`;
    if (phase === "order" && grain === "all") return "The order is found: every number comes after all that used it. In this order they will pass their gradients on.";
  }
  const text = lines[trace.line(s) - 1].trim();
  return NOTES[text]?.(about(s)) ?? "";
}

/** The first turn of the step that a stop of `backward` is in. */
function firstTurn(s, grain) {
  let turn = trace.turns[s];
  const key = trace.key(s, grain);
  while (turn > 0 && trace.key(trace.turnStarts.backward[turn - 1], grain) === key) turn--;
  return turn;
}

function crumbs(s) {
  const { position, layer, head } = trace.context;
  const phase = trace.phase(s);
  const list = [PHASE_NAMES[phase]];
  if (position[s] >= 0) list.push(`position ${position[s]}: ${trace.letters[position[s]]} → ${trace.letters[position[s] + 1]}`);
  if (trace.nLayer > 1 && layer[s] >= 0) list.push(`layer ${layer[s]}`);
  if (head[s] >= 0) list.push(`head ${head[s]}`);
  const turn = trace.turns[s];
  if (turn >= 0 && phase !== "forward") {
    const of = trace.turnStarts[phase].length.toLocaleString("en");
    list.push(`${phase === "adam" ? "parameter" : phase === "order" ? "visit" : "turn"} ${(turn + 1).toLocaleString("en")} of ${of}`);
  }
  return list.join(" · ");
}

function drawMade() {
  const s = state.stop;
  const phase = trace.phase(s);
  const code = lines[trace.line(s) - 1].trim().replace(/\s*\{$/, "");
  const box = [
    make("p", { class: "step-crumbs" }, crumbs(s)),
    make("p", { class: "step-note", "aria-live": "polite" }, note(s)),
    make("code", { class: "step-line" }, code),
  ];
  if (phase === "forward") {
    for (const name of trace.isEntry(s) ? [] : trace.of(s).uses) {
      const drawn = drawUse(name, s);
      if (drawn) box.push(drawn);
    }
    trace.items(s).forEach((item) => { box.push(drawItem(item, s, true)); });
    const map = attention(s);
    if (map) box.push(map);
    if (trace.items(s).some((item) => item.ids?.length)) box.push(gradientSwitch());
  } else if (phase === "order" || (phase === "backward" && trace.turns[s] < 0)) {
    for (const item of trace.items(s)) box.push(drawItem(item, s, true));
  } else if (phase === "adam") box.push(adamTable(s));
  parts.made.replaceChildren(...box);
}

function gradientSwitch() {
  return make("p", { class: "step-switch" }, "Click a number to see where it comes from.", make("label", {},
    make("input", { type: "checkbox", checked: state.showsGradients, onchange: (event) => { state.showsGradients = event.target.checked; render(); } }),
    "Show the gradients, too"));
}

/** What a line has used: a matrix of the model, or what a name stood for. */
function drawUse(name, s) {
  const last = name.split(".").pop();
  const layer = Math.max(-1, name.startsWith("layer.") ? trace.context.layer[s] : -1);
  const matrix = trace.matrices.find((m) => m.name === last && m.layer === layer);
  if (matrix) {
    const row = last === "wte" ? trace.tokens[trace.context.position[s]] : last === "wpe" ? trace.context.position[s] : -1;
    const labels = last === "wte" || last === "lmHead" ? trace.vocabulary : null;
    return labelled(name, `${matrix.rows} rows of ${matrix.columns}${row >= 0 ? `; row ${row}${labels ? ` is ${quoted(labels[row])}` : ""}` : ""}`,
      picture(matrix, "value", row, matrix.rows > 40 ? 3 : 4), "use");
  }
  const item = trace.lookUp(name, s);
  return item && (item.ids || item.numbers) ? drawItem(item, s, false) : null;
}

function drawItem(item, s, isNew) {
  const isParameters = item.ids?.length === trace.paramCount;
  if (isParameters) return labelled(item.name, `all ${trace.paramCount.toLocaleString("en")}`, make("span"), isNew ? "new" : "use");
  if (item.kind === "matrix" && item.ids[0] < trace.paramCount && item.ids.length > 64) {
    const matrix = trace.matrixOf(item.ids[0]);
    return labelled(item.name, `${matrix.name}: ${matrix.rows} rows of ${matrix.columns}`, picture(matrix, "value", -1, 4), isNew ? "new" : "use");
  }
  if (item.kind === "appended") {
    const what = item.ids.length ? `; the last is ${trace.nameOf(item.ids[0]).name}, ${trace.nameOf(item.ids[0]).where}` : "";
    return labelled(item.name, `${item.rows.toLocaleString("en")} in the list${what}`, cells([...item.ids].map(ofId), {}), "new");
  }
  if (item.kind === "grad" || item.kind === "data") {
    const [list, isGradient] = item.kind === "grad" ? [trace.grad, true] : [trace.now, false];
    return labelled(item.name, trace.nameOf(item.rows).where, cells([{ id: item.rows, value: list[item.rows], isGradient }], {}), "new");
  }
  if (item.kind === "integers" && item.name !== "tokens") {
    const text = item.name === "head" ? item.numbers.join("..<") : item.numbers.join(" ");
    return labelled(item.name, "", "", isNew ? "new" : "use", make("b", { class: "whole", "data-value": item.numbers[0] }, text));
  }
  if (item.kind === "truth") return labelled(item.name, "", make("b", {}, item.numbers[0] ? "true" : "false"), "new");
  const numbers = item.ids ? [...item.ids].map(ofId) : [...item.numbers].map((value) => ({ value, isWhole: item.kind === "integers" }));
  const columns = item.kind === "matrix" ? item.ids.length / item.rows : numbers.length;
  const isTokens = item.name === "tokens";
  const options = { rows: item.kind === "matrix" ? item.rows : 1, columns, label: item.name };
  if (BY_POSITION.has(item.name)) {
    if (item.kind === "matrix") options.rowLabels = trace.letters.slice(0, item.rows);
    else options.labels = trace.letters.slice(0, columns);
  } else if (item.name === "losses") options.labels = trace.letters.slice(1, columns + 1);
  else if (isTokens) options.labels = trace.letters;
  else if (columns === trace.vocabulary.length) {
    options.labels = trace.vocabulary;
    options.marked = trace.tokens[trace.context.position[s] + 1];
  }
  if (isNew && item.kind === "matrix" && trace.of(s).appends) options.markedRow = item.rows - 1;
  const box = labelled(item.name, shapeOf(item, numbers), cells(numbers, options), isNew ? "new" : "use");
  if (isNew && item.ids && state.before) {
    const old = earlier(item, s);
    if (old) box.append(difference(item, old, options));
  }
  if (isNew && options.marked >= 0 && /probs|returns/.test(item.name) && numbers.every(({ value }) => value >= 0)) {
    box.append(bars(numbers, options));
  }
  return box;
}

function shapeOf(item, numbers) {
  if (item.kind === "matrix") return `${item.rows} row${item.rows === 1 ? "" : "s"} of ${numbers.length / item.rows}`;
  return numbers.length === 0 ? "empty" : numbers.length === 1 ? "" : item.kind === "vector" ? `${numbers.length} numbers` : "";
}

function ofId(id) { return { id, value: trace.now[id] }; }

function labelled(name, detail, content, kind, value = "") {
  const prefix = { use: "uses", new: "makes" }[kind] ?? "";
  return make("div", { class: `step-item ${kind}`, "data-name": name },
    make("p", {}, make("span", { class: "kind" }, prefix), make("code", {}, name), " ", value, make("span", { class: "detail" }, detail)), content);
}

/**
 * Numbers as coloured cells, in rows. Those of the model can be asked: by a click, or with arrow keys
 * and Enter.
 */
function cells(numbers, { rows = 1, columns = numbers.length, label = "", labels, rowLabels, marked = -1, markedRow = -1, scale }) {
  const largest = scale ?? Math.max(1e-12, ...numbers.map(({ value }) => Math.abs(value)).filter(Number.isFinite));
  const isList = rows === 1;
  const grid = make("div", { class: isList ? "nums" : "nums table", role: "grid", "aria-label": label || null });
  if (!isList) grid.style.setProperty("--columns", columns);
  for (let r = 0; r < rows; r++) {
    const row = make("div", { role: "row", class: r === markedRow ? "marked" : null });
    if (rowLabels) row.append(make("span", { class: "row-label", role: "rowheader" }, rowLabels[r] === "BOS" ? "·" : rowLabels[r]));
    for (let c = 0; c < columns; c++) {
      const k = r * columns + c;
      const { id, value, isWhole, isGradient } = numbers[k];
      const cell = make(id === undefined ? "span" : "button", {
        class: `num${c === marked ? " marked" : ""}`, role: "gridcell", "data-value": isGradient ? null : value, "data-gradient": isGradient ? value : null, "data-id": id,
        tabindex: id === undefined ? null : k === 0 ? 0 : -1, type: id === undefined ? null : "button",
      });
      if (!isWhole) cell.style.background = tint(value, largest);
      if (labels) cell.append(make("i", {}, labels[k] === "BOS" ? "·" : labels[k]));
      cell.append(isWhole ? String(value) : brief(value));
      if (id !== undefined && state.showsGradients && !isGradient) {
        cell.append(make("small", { "data-grad": trace.finalGrad[id] }, brief(trace.finalGrad[id])));
      }
      if (id !== undefined) {
        cell.title = `${trace.nameOf(id).name}${isGradient ? ".grad" : ""} = ${value}`;
        cell.onclick = () => ask(id);
      }
      row.append(cell);
    }
    grid.append(row);
  }
  grid.onkeydown = (event) => {
    const all = [...grid.querySelectorAll("button.num")];
    const at = all.indexOf(document.activeElement);
    const move = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -at, End: all.length - 1 - at }[event.key];
    if (move === undefined || at < 0) return;
    event.preventDefault();
    event.stopPropagation();
    all[Math.max(0, Math.min(all.length - 1, at + move))].focus();
  };
  return grid;
}

/** What the same line made before, at the same place. */
function earlier(item, s) {
  const t = state.before.byPlace(trace.placeOf(s));
  if (t < 0) return null;
  const old = state.before.items(t).find((other) => other.name === item.name);
  return old?.ids?.length === item.ids.length ? old : null;
}

function difference(item, old, options) {
  const numbers = [...item.ids].map((id, k) => ({ value: trace.now[id] - state.before.data[old.ids[k]] }));
  const isNone = numbers.every(({ value }) => value === 0);
  const box = make("div", { class: "step-difference" }, make("p", {}, isNone ? "the same as before" : `difference to before (${state.beforeWhat})`));
  if (!isNone) box.append(cells(numbers, { ...options, label: "difference to before" }));
  return box;
}

function bars(numbers, { labels, marked }) {
  const largest = Math.max(...numbers.map(({ value }) => value));
  return make("div", { class: "step-bars", "aria-hidden": "true" }, ...numbers.map(({ value }, k) =>
    make("span", { class: k === marked ? "marked" : null },
      make("b", { style: `height:${(100 * value / largest).toFixed(1)}%` }), make("i", {}, labels[k] === "BOS" ? "·" : labels[k]))));
}

/** For the shares of a head, those of the positions before above them. */
function attention(s) {
  if (trace.of(s).names[0] !== "attnWeights") return null;
  const { position, layer, head } = trace.context;
  const rows = [];
  for (let t = 0; t <= s; t++) {
    if (trace.line(t) === trace.line(s) && layer[t] === layer[s] && head[t] === head[s]) rows.push([...trace.items(t)[0].ids]);
  }
  const n = position[s] + 1;
  const letter = (k) => (trace.letters[k] === "BOS" ? "·" : trace.letters[k]);
  const table = make("table", { class: "step-attention" },
    make("tr", {}, make("td"), ...rows.map((_, k) => make("th", { scope: "col" }, letter(k)))),
    ...rows.map((ids, r) => make("tr", { class: r === n - 1 ? "marked" : null }, make("th", { scope: "row" }, letter(r)), ...ids.map((id) => {
      const cell = make("td", {}, trace.now[id].toFixed(2));
      cell.style.background = tint(trace.now[id], 1);
      return cell;
    }))));
  return make("div", { class: "step-item" }, make("p", { class: "detail" }, `Head ${head[s]} so far: each row is a position, and shows where it looks`), table);
}

// MARK: - One number

function ask(id) {
  state.asked.push(id);
  render();
  parts.card.querySelector("h3")?.focus();
  parts.card.scrollIntoView({ block: "nearest" });
}

function drawCard() {
  const s = state.stop;
  const turn = trace.turns[s];
  const asked = state.asked.at(-1);
  if (asked !== undefined) parts.card.replaceChildren(numberCard(asked));
  else if (trace.phase(s) === "backward" && turn >= 0) {
    const grain = state.grains.backward;
    parts.card.replaceChildren(grain === "made" ? lineCard(s) : grain === "position" ? "" : turnCard(s, trace.turnNodes[turn]));
  }
  else parts.card.replaceChildren();
}

function heading(id, prefix, focusable) {
  const { name, where } = trace.nameOf(id);
  const made = trace.madeAt(id);
  const box = [make("h3", { tabindex: focusable ? -1 : null }, prefix, make("code", {}, name), " ", make("span", { class: "detail" }, where))];
  if (made >= 0) {
    const outer = trace.outer(made);
    const inside = outer === made ? "" : ` (inside, line ${trace.line(made)} of ${trace.of(made).function})`;
    box.push(make("p", { class: "made-by" }, `Made by line ${trace.line(outer)}${inside}: `,
      make("button", { type: "button", class: "link", title: "Go there", onclick: () => { state.asked = []; go(made); } },
        make("code", {}, lines[trace.line(outer) - 1].trim()))));
  }
  return box;
}

function numberCard(id) {
  const isParam = id < trace.paramCount;
  const gradient = state.stop >= trace.begins.backward ? trace.grad[id] : undefined;
  const box = make("section", { class: "step-card", "aria-label": "The number you asked for" }, ...heading(id, "", true));
  box.append(make("div", { class: "pair" }, fact("value", trace.now[id]), gradient === undefined
    ? fact("gradient, after the backward pass", trace.finalGrad[id]) : fact("gradient now", gradient)));
  const old = state.before;
  if (old && (isParam || old.data.length === trace.data.length)) {
    box.append(make("p", { class: "detail" }, `Before: ${old.data[id]}; gradient ${old.finalGrad[id]}`));
  }
  if (isParam) {
    const input = make("input", { type: "number", step: "any", value: trace.data[id], "aria-label": "Another value for it" });
    const set = (number) => { edit(id, number); };
    box.append(make("form", { class: "change", onsubmit: (event) => { event.preventDefault(); set(input.valueAsNumber); } },
      make("label", {}, "Change it: ", input), make("button", { type: "submit" }, "Change"),
      make("button", { type: "button", onclick: () => set(trace.data[id] - 0.1) }, "− 0.1"),
      make("button", { type: "button", onclick: () => set(trace.data[id] + 0.1) }, "+ 0.1")));
  } else if (trace.childCount(id)) {
    const locals = trace.localsOf(id);
    box.append(make("h4", {}, `Where from: ${explained(id)}`), table(["made from", "value", "local derivative", "gradient"],
      [...trace.childrenOf(id)].map((child, k) => [child, trace.now[child], locals[k], shownGradient(child)])));
  }
  const users = trace.usersOf(id);
  box.append(make("h4", {}, users.length ? `Where to: ${users.length} number${users.length === 1 ? " was" : "s were"} made from it` : "Where to: nothing was made from it"));
  if (users.length) box.append(table(["used by", "value", "derivative by this", "gradient"],
    users.map(({ id: user, local }) => [user, trace.now[user], local, shownGradient(user)])));
  box.append(make("p", { class: "card-buttons" },
    state.asked.length > 1 ? make("button", { type: "button", onclick: () => { state.asked.pop(); render(); parts.card.querySelector("h3")?.focus(); } }, "Back") : "",
    make("button", { type: "button", onclick: () => { state.asked = []; render(); parts.range.focus(); } }, "Close")));
  return box;
}

function shownGradient(id) { return state.stop >= trace.begins.backward ? trace.grad[id] : trace.finalGrad[id]; }

function explained(id) {
  const count = trace.childCount(id);
  return { "+": "a sum", "*": "a product", dot: `a dot product of ${count / 2} pairs`, sum: `a sum of ${count}`, pow: "a power",
    exp: "e to the power of it", log: "the logarithm", relu: "0 or the number itself" }[trace.maker(id)] ?? trace.maker(id);
}

function fact(name, value) {
  const cell = make("b", {}, String(value));
  return make("span", { class: "fact" }, make("i", {}, name), cell);
}

/** Rows that begin with the id of a number; the rest are numbers. */
function table(head, rows, marked = -1) {
  const box = make("table", { class: "step-table" }, make("tr", {}, ...head.map((text) => make("th", { scope: "col" }, text))));
  const scales = head.map((_, k) => Math.max(1e-12, ...rows.map((row) => Math.abs(typeof row[k] === "number" ? row[k] : row[k]?.value ?? 0))));
  const count = state.showsAll || marked >= ROWS ? rows.length : Math.min(rows.length, ROWS);
  rows.slice(0, count).forEach(([id, ...numbers], r) => {
    const { name, where } = trace.nameOf(id);
    box.append(make("tr", { class: r === marked ? "marked" : null },
      make("th", { scope: "row" }, make("button", { type: "button", class: "link", "data-id": id, onclick: () => ask(id) },
        make("code", {}, name), make("span", { class: "detail" }, ` ${where}`))),
      ...numbers.map((number, k) => {
        const { value, text } = typeof number === "object" ? number : { value: number, text: precise(number) };
        const cell = make("td", { "data-value": value }, text);
        cell.style.background = tint(value, scales[k + 1]);
        cell.title = String(value);
        return cell;
      })));
  });
  const rest = count === rows.length ? "" : make("button", { type: "button", onclick: () => { state.showsAll = true; render(); } }, `All ${rows.length}`);
  return make("div", { class: "scroll", tabindex: rows.length > 8 ? 0 : null }, box, rest);
}

/** The number whose turn it is in `backward`, and what it passes on. */
function turnCard(s, id) {
  const start = trace.turnStarts.backward[trace.turns[s]];
  const changes = new Map();
  for (let t = start; t <= s; t++) {
    if (trace.of(t).changes) changes.set(childAt(t), trace.change(t));
  }
  const locals = trace.localsOf(id);
  const rows = [...trace.childrenOf(id)].map((child, k) => {
    const change = changes.get(k);
    return [child, trace.now[child], locals[k], change
      ? { value: change.after, text: `${precise(change.before)} → ${precise(change.after)}` }
      : { value: trace.grad[child], text: precise(trace.grad[child]) }];
  });
  const box = make("section", { class: "step-card turn", "aria-label": "The number whose turn it is" }, ...heading(id, "Its turn: ", false),
    make("div", { class: "pair" }, fact("value", trace.now[id]), fact("gradient", trace.grad[id])),
    make("h4", {}, `It is ${explained(id)}, and passes on its gradient times the local derivative`),
    table(["to", "value", "local derivative", "its gradient"], rows, state.grains.backward === "every" ? childAt(s) : -1));
  return box;
}

/** All numbers that a line of `forward` made at one position, with the gradients that they got. */
function lineCard(s) {
  const ids = trace.turnNodes.slice(firstTurn(s, "made"), trace.turns[s] + 1).reverse();
  const outer = trace.outer(trace.madeAt(ids[0]));
  const named = new Map();
  for (const id of ids) {
    const at = trace.namedAt[id];
    const name = at < 0 ? "on the way" : trace.items(at).find((item) => item.ids?.includes(id)).name;
    named.set(name, [...(named.get(name) ?? []), id]);
  }
  const line = lines[trace.line(outer) - 1].trim();
  return make("section", { class: "step-card turn", "aria-label": "What one line made, and its gradients" },
    make("h3", {}, `Line ${trace.line(outer)}: `, make("button", { type: "button", class: "link", title: "Go there", onclick: () => go(outer) }, make("code", {}, line)),
      " ", make("span", { class: "detail" }, trace.whereOf(outer))),
    ...[...named].map(([name, ids]) => labelled(name, `${ids.length === 1 ? "its gradient" : "their gradients"}`,
      cells(ids.map((id) => ({ id, value: trace.grad[id], isGradient: true })), { label: `gradients of ${name}` }), "")));
}

function adamTable(s) {
  const turn = trace.turns[s];
  const first = trace.turnStarts.adam[0];
  const start = turn >= 0 ? trace.turnStarts.adam[turn] : s < first ? trace.begins.adam : s;
  const rows = [];
  for (let t = start; t <= s; t++) {
    for (const item of trace.items(t)) {
      if (item.ids || trace.of(t).test) continue;
      const isChange = item.kind === "grad" || item.kind === "data";
      rows.push(make("tr", { class: t === s ? "marked" : null }, make("th", { scope: "row" }, make("code", {}, item.name)),
        make("td", { "data-value": item.numbers[item.numbers.length - 1] }, isChange
          ? `${number(item.numbers[0])} → ${number(item.numbers[1])}` : item.kind === "integers" ? String(item.numbers[0]) : number(item.numbers[0])),
        make("td", { class: "detail" }, NAMES_IN_ADAM[item.name] ?? "")));
    }
  }
  const box = make("div", { class: "step-item" });
  if (turn >= 0) {
    const { name, where } = trace.nameOf(turn);
    box.append(make("h3", {}, make("button", { type: "button", class: "link", onclick: () => ask(turn) }, make("code", {}, name)), " ", make("span", { class: "detail" }, where)));
  }
  if (trace.learningRate === 0) box.append(make("p", {}, "The training is over: the learning rate has fallen to 0, so nothing moves."));
  box.append(make("table", { class: "step-table adam" }, ...rows));
  return box;
}

const NAMES_IN_ADAM = {
  i: "its place among the parameters", grad: "from the backward pass", "m[i]": "average gradient", "v[i]": "average square",
  mHat: "made up for the start", vHat: "made up for the start", change: "how far it will move", "params[i].data": "before → after",
};

/** A number in the five characters that a cell has room for. */
function brief(x) {
  const size = Math.abs(x);
  return size !== 0 && size < 0.00995 ? x.toExponential(0).replaceAll("-", "−") : short(x);
}

function precise(x) {
  const size = Math.abs(x);
  const text = size !== 0 && size < 1e-3 ? x.toExponential(1) : x.toFixed(size >= 100 ? 1 : 4);
  return text.replaceAll("-", "−");
}

function number(x) {
  const size = Math.abs(x);
  return (size !== 0 && (size < 1e-4 || size >= 1e6) ? x.toExponential(4) : x.toFixed(6)).replaceAll("-", "−");
}

// MARK: - All numbers at once

function readColours() {
  const style = getComputedStyle(document.documentElement);
  const rgb = (name) => {
    const hex = style.getPropertyValue(name).trim();
    return [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));
  };
  colours = { faint: style.getPropertyValue("--faint"), ink: style.getPropertyValue("--ink") };
  const [accent, second, paper] = [rgb("--accent"), rgb("--second"), rgb("--paper")];
  colours.pixels = Uint32Array.from({ length: 512 }, (_, k) => {
    const part = Math.abs(k - 256) / 255;
    const [r, g, b] = paper.map((from, c) => Math.round(from + ((k < 256 ? second : accent)[c] - from) * Math.min(1, part)));
    return (255 << 24 | b << 16 | g << 8 | r) >>> 0;
  });
}

/** The colour of a number as a pixel: paper at 0, stronger with the square root of its size. */
function pixel(x, scale) {
  return colours.pixels[256 + Math.sign(x) * Math.min(255, Math.round(255 * Math.sqrt(Math.abs(x) / scale)))];
}

function mode() {
  if (state.mode) return state.mode === "difference" && !state.before ? "value" : state.mode;
  const phase = trace.phase(state.stop);
  return phase === "backward" ? "gradient" : phase === "adam" ? "moved" : "value";
}

/** What is drawn of a number: its data, its gradient, or the difference to another. */
function drawn(id, mode, oldID) {
  switch (mode) {
    case "gradient": return trace.phase(state.stop) === "adam" ? trace.finalGrad[id] : trace.grad[id];
    case "moved": return trace.now[id] - trace.data[id];
    case "difference": return oldID === undefined ? NaN : trace.data[id] - state.before.data[oldID];
    default: return trace.now[id];
  }
}

/** A matrix of parameters, a few pixels a number. Click, or arrow keys and Enter, to ask for one. */
function picture(matrix, mode, row = -1, size = 3) {
  const { name, rows, columns, start, layer } = matrix;
  const canvas = make("canvas", {
    width: columns, height: rows, class: "matrix", tabindex: 0, role: "img",
    "aria-label": `${name}, ${rows} rows of ${columns}. Arrow keys choose a number, Enter asks for it.` });
  canvas.style.width = `${columns * size}px`;
  canvas.style.height = `${rows * size}px`;
  const numbers = Float64Array.from({ length: rows * columns }, (_, k) => drawn(start + k, mode, start + k));
  const scale = scaleOf(mode === "gradient" ? trace.finalGrad.subarray(start, start + rows * columns) : numbers);
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let k = 0; k < pixels.length; k++) {
    const faded = row >= 0 && Math.floor(k / columns) !== row;
    pixels[k] = faded ? pixel(numbers[k], scale) & 0x5affffff : pixel(numbers[k], scale);
  }
  context.putImageData(image, 0, 0);
  const box = make("div", { class: "matrix-box" }, canvas);
  const cursor = make("span", { class: "cursor", hidden: true });
  cursor.style.width = cursor.style.height = `${size}px`;
  box.append(cursor);
  let at = row >= 0 ? row * columns : 0;
  const show = () => {
    cursor.hidden = false;
    cursor.style.left = `${(at % columns) * size}px`;
    cursor.style.top = `${Math.floor(at / columns) * size}px`;
    canvas.title = `${trace.nameOf(start + at).name} = ${trace.now[start + at]}`;
    canvas.setAttribute("aria-label", `${canvas.title}. Enter asks for it.`);
  };
  const place = (event) => {
    const bounds = canvas.getBoundingClientRect();
    const [c, r] = [Math.floor((event.clientX - bounds.left) / bounds.width * columns), Math.floor((event.clientY - bounds.top) / bounds.height * rows)];
    at = Math.max(0, Math.min(rows * columns - 1, r * columns + c));
  };
  canvas.onpointermove = (event) => { place(event); show(); };
  canvas.onpointerleave = () => { cursor.hidden = document.activeElement !== canvas; };
  canvas.onfocus = show;
  canvas.onblur = () => { cursor.hidden = true; };
  canvas.onclick = (event) => { place(event); ask(start + at); };
  canvas.onkeydown = (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (event.key === "Enter") ask(start + at);
    else if (move === undefined) return;
    else at = Math.max(0, Math.min(rows * columns - 1, at + move));
    show();
    event.preventDefault();
    event.stopPropagation();
  };
  return box;
}

function scaleOf(numbers) {
  let largest = 0;
  for (const x of numbers) if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x));
  return largest || 1;
}

function drawMap() {
  const chosen = mode();
  const modes = [["value", "values"], ["gradient", "gradients"], ["moved", "what Adam moved"]];
  if (state.before) modes.push(["difference", "difference to before"]);
  const choice = make("div", { class: "step-modes", role: "radiogroup", "aria-label": "What the picture shows" }, ...modes.map(([key, text]) =>
    make("label", {}, make("input", { type: "radio", name: "step-mode", checked: key === chosen, onchange: () => { state.mode = key; render(); } }), make("span", {}, text))));
  const had = document.activeElement?.name === "step-mode";
  const matrices = make("div", { class: "step-matrices" }, ...trace.matrices.map((matrix) => make("figure", {},
    picture(matrix, chosen), make("figcaption", {}, trace.nLayer > 1 && matrix.layer >= 0 ? `${matrix.name} ${matrix.layer}` : matrix.name))));
  parts.map.replaceChildren(make("h3", {}, "All numbers of this step"), choice, chosen === "moved" ? "" : activations(chosen),
    make("p", { class: "detail" }, "The parameters, a dot each:"), matrices);
  if (had) parts.map.querySelector("input:checked")?.focus();
}

/** The largest of each row, so that one scale goes for all positions; found once for a trace. */
function scalesOf(mode) {
  const kind = mode === "gradient" ? "gradient" : "value";
  if (!trace.scales?.[kind]) {
    const scales = new Map();
    const from = kind === "gradient" ? trace.finalGrad : trace.data;
    for (const { row, ids } of trace.entries) {
      scales.set(row, Math.max(scales.get(row) ?? 0, scaleOf(Array.from(ids, (id) => from[id]))));
    }
    (trace.scales ??= {})[kind] = scales;
  }
  return trace.scales[kind];
}

function activations(mode) {
  const { entries } = trace;
  const rows = [...new Set(entries.map((entry) => entry.row))];
  const width = Math.max(280, parts.width);
  const [left, gap, height] = [112, 6, 13];
  const column = (width - left) / trace.positionCount;
  const canvas = make("canvas", { class: "activations", role: "img", "aria-label": "Each row is a line of forward, each column a position; a dot is a number." });
  const ratio = Math.min(2, devicePixelRatio || 1);
  const total = 18 + rows.length * height;
  [canvas.width, canvas.height] = [width * ratio, total * ratio];
  canvas.style.height = `${total}px`;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.font = "11px ui-monospace, Menlo, Consolas, monospace";
  context.fillStyle = colours.ink;
  const scales = scalesOf(mode);
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  const outlines = [];
  const boxes = [];
  const turnsBegun = trace.phase(state.stop) === "backward";
  const turn = trace.phase(state.stop) === "backward" ? trace.turns[state.stop] : -1;
  const active = turn >= 0 ? new Set([trace.turnNodes[turn]]) : new Set();
  const passed = turn >= 0 ? new Set(trace.childrenOf(trace.turnNodes[turn])) : new Set();
  for (const entry of entries) {
    const part = entry.head < 0 ? 1 : trace.nHead;
    const x = left + entry.position * column + Math.max(0, entry.head) * (column - gap) / part;
    const y = 18 + rows.indexOf(entry.row) * height;
    const w = (column - gap) / part - (part > 1 ? 2 : 0);
    boxes.push({ x, y, w, h: height, entry });
    const isEmpty = turnsBegun && mode === "gradient" && entry.ids.every((id) => trace.grad[id] === 0);
    if (entry.stop > state.stop || isEmpty) {
      outlines.push([colours.faint, 1, x + 0.5, y + 1.5, w - 1, height - 4]);
      continue;
    }
    let old;
    if (mode === "difference") {
      const t = state.before.byPlace(trace.placeOf(entry.stop));
      old = t >= 0 ? state.before.items(t)[0].ids : undefined;
      if (old && old.length !== entry.ids.length && entry.ids.length === 1) old = old.subarray(-1);
      if (old?.length !== entry.ids.length) old = undefined;
    }
    const step = w / entry.ids.length;
    entry.ids.forEach((id, k) => {
      const value = drawn(id, mode, old?.[k]);
      if (Number.isFinite(value)) {
        const [from, to] = [Math.round((x + k * step) * ratio), Math.round((x + (k + 1) * step) * ratio)];
        const filled = pixel(value, scales.get(entry.row));
        for (let line = Math.round((y + 1) * ratio); line < Math.round((y + height - 2) * ratio); line++) {
          pixels.fill(filled, line * canvas.width + from, line * canvas.width + Math.max(from + 1, to));
        }
      }
      if (active.has(id) || passed.has(id)) {
        outlines.push([colours.ink, active.has(id) ? 2 : 1, x + k * step, y + 1, Math.max(2, step), height - 3]);
      }
    });
    if (trace.phase(state.stop) === "forward" && trace.outer(state.stop) === entry.stop) {
      outlines.push([colours.ink, 2, x - 1, y, w + 2, height - 1]);
    }
  }
  context.putImageData(image, 0, 0);
  for (const [colour, width, ...box] of outlines) {
    [context.strokeStyle, context.lineWidth] = [colour, width];
    context.strokeRect(...box);
  }
  for (let p = 0; p < trace.positionCount; p++) {
    context.fillText(`${trace.letters[p] === "BOS" ? "·" : trace.letters[p]} → ${trace.letters[p + 1] === "BOS" ? "·" : trace.letters[p + 1]}`, left + p * column, 11);
  }
  const names = new Map(entries.map((entry) => [entry.row, entry.name]));
  rows.forEach((row, r) => { context.fillText(`${row.split(" ")[1]} ${names.get(row)}`, 0, 18 + r * height + 10); });
  const hit = (event) => {
    const bounds = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - bounds.left, event.clientY - bounds.top];
    return boxes.find((box) => x >= box.x && x < box.x + box.w && y >= box.y && y < box.y + box.h)?.entry;
  };
  canvas.onpointermove = (event) => { const entry = hit(event); canvas.title = entry ? `${entry.name}, ${trace.whereOf(entry.stop)}: go there` : ""; canvas.style.cursor = entry ? "pointer" : ""; };
  canvas.onclick = (event) => { const entry = hit(event); if (entry) { state.asked = []; go(entry.stop); } };
  return canvas;
}

// MARK: - The bar

/** Where phases begin on the bar, from 0 to 1. */
function edges() {
  let sum = 0;
  return Object.fromEntries(PHASES.map((phase) => { const at = sum; sum += WIDTHS[phase]; return [phase, at]; }));
}

function tickOf(s) {
  const phase = trace.phase(s);
  const [begin, end] = [trace.begins[phase], trace.ends[phase]];
  return Math.round(TICKS * (edges()[phase] + WIDTHS[phase] * (s - begin) / Math.max(1, end - begin) * 0.999));
}

function stopAt(tick) {
  const at = Math.min(0.99999, tick / TICKS);
  const phase = PHASES.findLast((phase) => at >= edges()[phase]);
  const [begin, end] = [trace.begins[phase], trace.ends[phase]];
  return Math.min(end, begin + Math.round((at - edges()[phase]) / WIDTHS[phase] / 0.999 * (end - begin)));
}

function drawBar() {
  const segments = [];
  const add = (from, to, text, kind) => {
    segments.push(make("span", { class: kind, style: `left:${tickOf(from) / TICKS * 100}%;width:${(tickOf(to) - tickOf(from)) / TICKS * 100}%` }, text));
  };
  for (const phase of PHASES) {
    segments.push(make("b", { style: `left:${edges()[phase] * 100}%;width:${WIDTHS[phase] * 100}%` }, PHASE_NAMES[phase]));
  }
  const letter = (k) => (trace.letters[k] === "BOS" ? "·" : trace.letters[k]);
  const runs = (begin, end, key) => {
    const list = [];
    for (let s = begin; s <= end; s++) {
      const k = key(s);
      if (k < 0) continue;
      if (list.at(-1)?.k === k) list.at(-1).to = s;
      else list.push({ k, from: s, to: s });
    }
    return list;
  };
  for (const { k, from, to } of runs(0, trace.ends.forward, (s) => trace.context.position[s])) add(from, to, letter(k), k % 2 ? "odd" : "even");
  const positions = trace.turnNodes.map((id) => trace.context.position[trace.madeAt(id)]);
  for (const { k, from, to } of runs(trace.begins.backward, trace.ends.backward, (s) => (trace.turns[s] < 0 ? -1 : positions[trace.turns[s]]))) {
    add(from, to, letter(k), k % 2 ? "odd" : "even");
  }
  trace.matrices.forEach((matrix, k) => {
    add(trace.turnStarts.adam[matrix.start], (trace.turnStarts.adam[matrix.start + matrix.rows * matrix.columns] ?? trace.count) - 1, "", k % 2 ? "odd" : "even");
  });
  parts.segments.replaceChildren(...segments);
}

function moveBar() {
  const s = state.stop;
  const phase = trace.phase(s);
  parts.range.value = tickOf(s);
  parts.range.setAttribute("aria-valuetext", `${crumbs(s)}; line ${trace.line(s)}`);
  const had = parts.grains.contains(document.activeElement);
  if (parts.grains.dataset.phase !== phase) {
    parts.grains.dataset.phase = phase;
    parts.grains.replaceChildren(make("span", {}, "by"), ...GRAINS[phase].map(([key, text]) => make("label", {},
      make("input", { type: "radio", name: "step-grain", value: key, onchange: () => { state.grains[phase] = key; render(); } }), make("span", {}, text))));
  }
  for (const input of parts.grains.querySelectorAll("input")) input.checked = input.value === state.grains[phase];
  if (had) parts.grains.querySelector("input:checked").focus();
}

// MARK: - For tests

/** All numbers that are on the screen at this stop, with the ids of those that have one. */
function shown() {
  return {
    line: trace.line(state.stop),
    numbers: [...parts.made.querySelectorAll("[data-value]"), ...parts.card.querySelectorAll("[data-value]")].map((cell) => ({
      id: cell.dataset.id === undefined ? -1 : Number(cell.dataset.id), value: Number(cell.dataset.value),
      grad: cell.querySelector("[data-grad]") ? Number(cell.querySelector("[data-grad]").dataset.grad) : null,
      name: cell.closest("[data-name]")?.dataset.name ?? "",
    })),
  };
}
