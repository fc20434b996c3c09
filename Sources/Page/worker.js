// Trains, in a thread of its own, so that the page stays quick. It works for a few milliseconds at a
// time and hears in between what the page asks for.

import { Engine, UserError } from "./engine.js";

let engine;
let running = false;
let pace = Infinity; // steps a second
let temperature = 0.5;
let milestones = [];
let step = 0;
let spent = 0; // milliseconds in steps

/** What the page sends; each gets an answer. */
const orders = {
  async load({ module }) {
    engine = await Engine.start(module);
    postMessage({ kind: "ready" });
  },

  /** Takes a list of names. */
  names({ name, bytes }) {
    const count = take("trainNames", name, bytes);
    postMessage({ kind: "names", name, count });
  },

  /** Makes a model, and shows what it writes before it has learned anything. */
  begin({ isGist, seed }) {
    engine.ask("trainStart", isGist, seed, temperature);
    fresh();
  },

  /** Takes a model from a file; its training can go on, or there is a reason why not. */
  open({ name, bytes }) {
    const reason = engine.getText(take("trainLoad", name, bytes));
    fresh({ name, reason });
    share();
  },

  go() {
    running = true;
    loop();
  },

  pause() {
    running = false;
    report([]);
    share();
  },

  pace({ stepsPerSecond }) { pace = stepsPerSecond; },

  temperature({ value }) { temperature = value; },

  /** Names by the model as it is; without a seed, from the dice of the training's end. */
  sample({ seed, count }) {
    postMessage({ kind: "samples", names: samples(count, seed), step });
  },

  save() {
    const bytes = engine.getBytes(engine.ask("trainSave"));
    postMessage({ kind: "file", bytes }, [bytes.buffer]);
  },

  memory() {
    postMessage({ kind: "memory", bytes: engine.exports.memory.buffer.byteLength });
  },
};

/** Calls what takes the name of a file, and its bytes after it. */
function take(what, name, bytes) {
  const start = new TextEncoder().encode(name);
  const all = new Uint8Array(start.length + bytes.length);
  all.set(start);
  all.set(bytes, start.length);
  engine.putBytes(all);
  return engine.ask(what, start.length, bytes.length);
}

function state() {
  const [step, steps, params, tokens, names, guess, loss, context, canGoOn] =
    engine.getNumbers(engine.call("trainState"));
  return { step, steps, params, tokens, names, guess, loss, context, canGoOn: canGoOn === 1 };
}

function samples(count, seed = -1) {
  return engine.getText(engine.ask("trainSamples", count, temperature, seed)).split("\n");
}

/** Another model is there. */
function fresh(file) {
  running = false;
  spent = 0;
  const now = state();
  step = now.step;
  // So often the page is shown what the model writes.
  milestones = [1, 3, 8, 20, 50, 100].map((percent) => Math.round((percent * now.steps) / 100))
    .filter((milestone) => milestone > step);
  // A model that is done writes what `lab sample` would; another, what its own dice say.
  const names = step === now.steps || !now.canGoOn ? samples(20, 42) : samples(5);
  postMessage({ kind: "fresh", file, state: now, names });
}

/** Gives the model to the page's other parts. */
function share() {
  const bytes = engine.getBytes(engine.ask("trainSave"));
  postMessage({ kind: "model", bytes, step }, [bytes.buffer]);
}

function report(losses) {
  postMessage({
    kind: "losses", losses, step, spent, running,
    document: engine.getText(engine.call("trainDocument")),
  });
}

/** A macrotask that comes at once, unlike those of setTimeout. */
const channel = new MessageChannel();
function soon() {
  return new Promise((resolve) => {
    channel.port1.onmessage = resolve;
    channel.port2.postMessage(0);
  });
}

let isLooping = false;

async function loop() {
  if (isLooping) return;
  isLooping = true;
  try {
    const { steps } = state();
    let [begin, first] = [performance.now(), step];
    let lastPace = pace;
    while (running && step < steps) {
      if (pace !== lastPace) [begin, first, lastPace] = [performance.now(), step, pace];
      const start = performance.now();
      const allowed = Math.min(
        steps, Math.floor(first + 1 + (pace === Infinity ? Infinity : ((start - begin) * pace) / 1000)));
      const losses = [];
      let sampled;
      while (step < allowed && performance.now() - start < 16) {
        losses.push(...engine.getNumbers(engine.ask("trainSteps", 1)));
        step += 1;
        if (step === milestones[0]) {
          milestones.shift();
          sampled = step;
          break;
        }
      }
      spent += performance.now() - start;
      if (losses.length) report(losses);
      if (sampled && step < steps) {
        postMessage({ kind: "milestone", step, names: samples(5) });
      }
      if (losses.length) await soon();
      else await new Promise((resolve) => setTimeout(resolve, 4));
    }
    if (step === steps && running) {
      running = false;
      postMessage({ kind: "done", names: samples(20), loss: state().loss, spent, step });
      share();
    }
  } catch (error) {
    fail(error);
  } finally {
    isLooping = false;
  }
}

function fail(error) {
  running = false;
  const isUsers = error instanceof UserError;
  postMessage({ kind: "error", message: isUsers ? error.message : String(error), isUsers });
}

onmessage = async ({ data }) => {
  try {
    await orders[data.order](data);
  } catch (error) {
    fail(error);
  }
};
