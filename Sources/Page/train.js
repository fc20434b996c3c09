// The tab Train: what the worker tells is shown as it comes.

import { Curve, make } from "./draw.js";

const presets = {
  lesson: { name: "Lesson", steps: "500 steps" },
  gist: { name: "Gist", steps: "1,000 steps" },
};
const watchable = 60; // steps a second

let engine, worker, curve;
let phase = "loading"; // ready, training, paused, stopped, done
let model; // what the worker last said of it
let list = { name: "names.txt", isOwn: false };
let seedOfMore = 42;
let ui;

export function mount(element, theEngine) {
  engine = theEngine;
  build(element);
  start();
}

// MARK: - What there is to see

function build(element) {
  ui = {};
  const choice = (group, value, title, note, checked) => make(
    "label", { class: "segment" },
    make("input", { type: "radio", name: group, value, checked, onchange: () => changed[group](value) }),
    make("span", {}, title, note ? make("small", {}, note) : ""));
  const field = (label, ...rest) => make("label", { class: "field" }, make("span", {}, label), ...rest);

  ui.go = make("button", { class: "primary", onclick: press, disabled: true }, "Train");
  ui.stop = make("button", { onclick: stop, hidden: true }, "Stop");
  ui.bar = make("progress", { max: 1, value: 0, "aria-label": "Progress of the training" });
  ui.status = make("p", { class: "status" }, " ");
  ui.error = make("p", { class: "error", role: "alert", hidden: true });
  ui.chart = make("div", { class: "chart" });
  ui.caption = make("p", { class: "caption" });
  ui.rows = make("ol", { class: "snapshots" }); // what it writes now is above what it wrote
  ui.final = make("ol", { class: "snapshots final" });
  ui.summary = make("p", { class: "caption", role: "status" });
  ui.next = make("p", { class: "next", hidden: true },
    "Now look inside: ", make("a", { href: "#step" }, "step through this model, line by line"),
    ". Or move the temperature and watch the names change.");
  ui.more = make("button", { onclick: more, hidden: true }, "20 more names");

  ui.temperature = make("input", {
    type: "range", min: 0.1, max: 2, step: 0.1, value: 0.5, id: "temperature",
    oninput: () => changed.temperature() });
  ui.temperatureValue = make("output", { for: "temperature" }, "0.5");
  ui.seed = make("input", { type: "number", min: 0, max: 9007199254740991, step: 1, value: 42,
    onchange: () => changed.seed() });

  ui.text = make("textarea", { rows: 6, spellcheck: "false", id: "own-names",
    placeholder: "one name a line: places, plants, dinosaurs …" });
  ui.file = make("input", { type: "file", accept: ".txt,text/plain", id: "names-file",
    onchange: () => ui.file.files[0] && readList(ui.file.files[0]) });
  ui.useText = make("button", { onclick: () => useText() }, "Use these names");
  ui.useOurs = make("button", { onclick: () => useList("names.txt", encode(engine.names), false), hidden: true },
    "Back to the 20,599 names");
  ui.listSummary = make("summary", {}, "Your own names");
  ui.own = make("details", { class: "own" }, ui.listSummary,
    make("label", { for: "own-names" }, "Paste a list, or drop a text file here. A few hundred are enough; fewer work, too."),
    ui.text, make("p", { class: "row" }, ui.useText, make("label", { class: "button" }, "Choose a file …", ui.file), ui.useOurs));

  ui.save = make("button", { onclick: save, disabled: true }, "Save the model");
  ui.open = make("input", { type: "file", accept: ".safetensors", id: "model-file",
    onchange: () => ui.open.files[0] && openModel(ui.open.files[0]) });

  element.append(
    make("div", { class: "train" },
      make("div", { class: "intro" },
        make("h1", {}, "Watch a GPT learn to make up names"),
        make("p", { class: "lead" },
          "It knows nothing at first. It reads one name after another, guesses each next letter, and is corrected. ",
          "The program is MicroGPT.swift, the file of the lessons, and it runs here in your browser: nothing to install, nothing sent."),
        make("p", { class: "row actions" }, ui.go, ui.stop,
          make("span", { class: "pace" }, make("span", { id: "pace" }, "Speed"),
            make("span", { class: "segments", role: "radiogroup", "aria-labelledby": "pace" },
              choice("pace", "watch", "to watch", "", true), choice("pace", "full", "full", "", false)))),
        make("div", { class: "progress" }, ui.bar, ui.status), ui.error),
      make("section", { class: "learning", "aria-label": "How it learns" },
        make("h2", {}, "How surprised it is"), ui.chart, ui.caption),
      make("section", { class: "writing", "aria-label": "What it writes" },
        make("h2", {}, "What it writes"), ui.final, ui.summary, ui.more, ui.next, ui.rows),
      make("section", { class: "settings", "aria-label": "Settings" },
        make("h2", {}, "Change something"),
        make("div", { class: "fields" },
          make("div", { class: "field" }, make("span", { id: "version" }, "Version of microgpt.py"),
            make("span", { class: "segments", role: "radiogroup", "aria-labelledby": "version" },
              ...Object.entries(presets).map(([key, { name, steps }]) =>
                choice("preset", key, name, steps, key === "lesson")))),
          field("Temperature: how daring it writes",
            make("span", { class: "slider" }, make("small", {}, "careful"), ui.temperature,
              make("small", {}, "daring"), ui.temperatureValue)),
          field("Seed: the same seed, the same names", ui.seed),
          make("div", { class: "field" }, make("span", {}, "Model: a file for you, and for the command lab"),
            make("span", { class: "row" }, ui.save, make("label", { class: "button" }, "Open a model …", ui.open)))),
        ui.own)));

  curve = new Curve(ui.chart);
  for (const [target, take] of [[ui.own, readList], [element, dropped]]) {
    target.addEventListener("dragover", (event) => event.preventDefault());
    target.addEventListener("drop", (event) => {
      event.preventDefault();
      event.stopPropagation();
      const file = event.dataTransfer.files[0];
      if (file) take(file);
    });
  }
}

/** A file that was dropped anywhere says by its name what it is. */
function dropped(file) {
  if (file.name.endsWith(".safetensors")) openModel(file);
  else readList(file);
}

function setPhase(now) {
  phase = now;
  const isDone = now === "done" || now === "stopped";
  ui.go.textContent = { training: "Pause", paused: "Go on", done: "Train again", stopped: "Train again" }[now] ?? "Train";
  ui.go.disabled = now === "loading";
  ui.stop.hidden = !(now === "training" || now === "paused");
  ui.save.disabled = !(now === "paused" || isDone);
  ui.more.hidden = ui.next.hidden = !isDone;
  document.documentElement.dataset.phase = now;
}

function say(text) { ui.caption.textContent = text; }

function showError(message) {
  ui.error.textContent = message ?? "";
  ui.error.hidden = !message;
}

/** What the model wrote after so many steps: a row of names. */
function addRow(step, names, { isFinal = false, label } = {}) {
  label ??= step === 0 ? "before it has read anything" : `after ${count(step, "name")}`;
  const row = make("li", {},
    make("span", { class: "when" }, label),
    make("span", { class: "names" }, ...names.map((name) => {
      const isKnown = isFinal && list.known?.has(name);
      return make("span", { class: isKnown ? "known" : "", title: isKnown ? "in the list" : null }, name || "(empty)");
    })));
  if (isFinal) ui.final.replaceChildren(row);
  else ui.rows.prepend(row);
  if (isFinal) {
    const known = names.filter((name) => list.known?.has(name)).length;
    ui.summary.replaceChildren(list.known
      ? `${names.length - known} of these ${names.length} are new: nobody in the list has them. `
        + (known === 0 ? "" : known === 1 ? "The underlined one is in it." : "The underlined ones are in it.")
      : "");
  }
}

const count = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
const encode = (text) => new TextEncoder().encode(text);

// MARK: - What the user does

const order = (name, rest = {}) => worker.postMessage({ order: name, ...rest });

function press() {
  showError();
  if (phase === "training") {
    order("pause");
    setPhase("paused");
  } else if (phase === "paused" || phase === "ready") {
    order("go");
    setPhase("training");
  } else {
    begin();
    order("go");
    setPhase("training");
  }
}

/** Ends the training here, and lets the model write as it is. */
function stop() {
  order("pause");
  setPhase("stopped");
  order("sample", { count: 20 });
}

function begin() {
  showError();
  order("begin", { isGist: document.querySelector("[name=preset]:checked").value === "gist", seed: seed() });
  setPhase("ready");
}

function seed() {
  const value = Number(ui.seed.value);
  if (ui.seed.value.trim() !== "" && Number.isSafeInteger(value) && value >= 0) return value;
  showError("The seed: It must be a whole number from 0 on.");
  ui.seed.value = 42;
  return 42;
}

let shownSeed; // of the dice that the names on show come from; none for those of the training's end

const changed = {
  preset() { begin(); },
  seed() { const value = ui.seed.value; begin(); if (!Number.isSafeInteger(Number(value)) || value.trim() === "" || Number(value) < 0) showError("The seed: It must be a whole number from 0 on."); },
  pace(value) { order("pace", { stepsPerSecond: value === "full" ? Infinity : watchable }); },
  temperature() {
    const value = Number(ui.temperature.value);
    ui.temperatureValue.textContent = value.toFixed(1);
    order("temperature", { value });
    if (phase === "done" || phase === "stopped") order("sample", { count: 20, seed: shownSeed });
    else if (phase === "ready") begin();
  },
};

function more() {
  shownSeed = ++seedOfMore;
  order("sample", { count: 20, seed: shownSeed });
}

function useText() {
  useList("your list", encode(ui.text.value), true);
}

async function readList(file) {
  useList(file.name, new Uint8Array(await file.arrayBuffer()), true);
}

function useList(name, bytes, isOwn) {
  showError();
  pending = { name, isOwn, known: new Set(new TextDecoder().decode(bytes).split(/\s*[\r\n]\s*/).map((line) => line.trim())) };
  order("names", { name, bytes });
}
let pending;

async function openModel(file) {
  showError();
  order("open", { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
  ui.open.value = "";
}

function save() { order("save"); }

// MARK: - What the worker says

const told = {
  ready() { useList("names.txt", encode(engine.names), false); },

  names({ name, count: number }) {
    list = { ...pending, count: number };
    ui.useOurs.hidden = !list.isOwn;
    ui.listSummary.textContent = list.isOwn ? `Your own names: ${count(number, "name")} from ${name}` : "Your own names";
    begin();
  },

  fresh({ file, state, names }) {
    model = state;
    shownSeed = undefined;
    seedOfMore = 42;
    curve.start({ steps: state.steps, guess: state.guess, tokens: state.tokens, first: state.step });
    ui.rows.replaceChildren();
    ui.final.replaceChildren();
    ui.summary.textContent = "";
    ui.bar.value = state.step / state.steps;
    ui.status.textContent = `${count(state.params, "number")} to learn · ${count(state.steps, "step")}, a name each · ${count(state.names, "name")} to read`;
    say(`The loss is its surprise at each next letter. Who guesses blindly among ${state.tokens - 1} letters and the end has ${state.guess.toFixed(2)}; lower is better.`);
    if (!file) {
      addRow(0, names);
      setPhase("ready");
      return;
    }
    const isDone = state.step === state.steps || !state.canGoOn;
    if (isDone) shownSeed = 42;
    addRow(state.step, names, { isFinal: isDone, label: isDone ? `by ${file.name}` : undefined });
    setPhase(isDone ? "done" : "paused");
    ui.status.textContent = `${file.name}: step ${state.step} of ${state.steps}`;
    if (file.reason) showError(file.reason);
  },

  losses({ losses, step, spent, running, document: name }) {
    for (let i = 0; i < losses.length; i += 2) curve.add(losses[i], losses[i + 1]);
    ui.bar.value = step / model.steps;
    done.steps += losses.length / 2;
    const each = done.steps ? spent / done.steps : 0;
    const isWatched = document.querySelector("[name=pace]:checked").value === "watch";
    const left = Math.ceil(((model.steps - step) * (isWatched ? Math.max(each, 1000 / watchable) : each)) / 1000);
    ui.status.textContent = `step ${step} of ${model.steps} · `
      + (phase === "training" ? (left <= 1 ? "a moment left" : `${left} s left`) : phase)
      + (each ? ` · ${each.toFixed(1)} ms a step` : "");
    if (phase === "training" && name) ui.caption.replaceChildren("Reading ", make("b", {}, name), ": it guesses each letter from those before, and every number moves a little.");
  },

  milestone({ step, names }) { addRow(step, names); },

  samples({ names, step }) { addRow(step, names, { isFinal: true }); },

  done({ names, loss, spent, step }) {
    setPhase("done");
    ui.status.textContent = `step ${step} of ${model.steps} · done · ${(spent / Math.max(1, done.steps)).toFixed(2)} ms a step · loss of the last name ${loss.toFixed(4)}`;
    say(`It has read ${count(step, "name")}. Pale: its surprise at each of them; strong: of about the last 50.`);
    addRow(step, names, { isFinal: true });
    result = { names, loss, spent, steps: done.steps };
  },

  model({ bytes, step }) { engine.setModel(bytes, step); },

  file({ bytes }) {
    const link = make("a", {
      href: URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" })),
      download: "model.safetensors" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  },

  memory({ bytes }) { memory = bytes; },

  error({ message }) {
    showError(message);
    if (phase === "training") setPhase("stopped");
    if (phase === "loading") setPhase("loading");
  },
};

const done = { steps: 0 };
let result, memory;

function start() {
  setPhase("loading");
  const source = document.getElementById("worker").textContent;
  worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  worker.onmessage = ({ data }) => {
    if (data.kind === "fresh") done.steps = 0;
    told[data.kind](data);
  };
  worker.onerror = (event) => showError(`The training stopped: ${event.message}. Reload the page.`);
  order("load", { module: engine.module });
  order("pace", { stepsPerSecond: watchable });
  engine.train = { // for tests
    get phase() { return phase; }, get result() { return result; }, get memory() { return memory; },
    ask: order, get losses() { return curve.losses; },
  };
}
