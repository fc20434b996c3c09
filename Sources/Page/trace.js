// A recorded training step (Step.swift, Stepped/Recorder.swift): which stop is where, what it has made,
// and what is named how. It looks up and computes nothing that the file computes.

const KIND = ["nothing", "numbers", "integers", "truth", "value", "vector", "matrix", "appended", "grad", "data"];
const SMALL = new Set(["rmsnorm", "linear", "softmax"]);  // what a step over lines does not go into
export const PHASES = ["forward", "order", "backward", "adam"];

/** The sizes of a step in each phase, from the smallest; the second word is what a reader sees. */
export const GRAINS = {
  forward: [["every", "line, also inside calls"], ["line", "line"], ["head", "head"], ["position", "position"], ["document", "document"]],
  order: [["every", "line"], ["turn", "number"], ["all", "all of it"]],
  backward: [["every", "line"], ["turn", "number"], ["made", "line that made them"], ["position", "position"]],
  adam: [["every", "line"], ["turn", "parameter"], ["matrix", "matrix"], ["all", "all of it"]],
};

export class Trace {
  /** Takes the training step on a name. `info` is what is known of each line (Stepped/instrument). */
  constructor(engine, name, info) {
    this.info = info.stops;
    this.name = name;
    this.recordCount = engine.ask("stepRecord", engine.putText(name));
    const part = (k, Type) => new Type(engine.getBytes(engine.call("stepPart", k)).buffer);
    const text = (k) => engine.getText(engine.call("stepPart", k));
    this.records = part(0, Int32Array);
    this.ids = part(1, Int32Array);
    this.numbers = part(2, Float64Array);
    this.data = part(3, Float64Array);
    this.births = part(4, Int32Array);
    this.makers = part(5, Int32Array);
    this.childStarts = part(6, Int32Array);
    this.children = part(7, Int32Array);
    this.localGrads = part(8, Float64Array);
    this.makerNames = text(9).split("\n").map((maker) => maker.replace(/\(.*/, ""));
    this.after = part(10, Float64Array);
    this.vocabulary = [...text(11), "BOS"];
    const shapes = part(12, Int32Array);
    const [nEmbd, nHead, nLayer, blockSize, paramCount, step, numSteps, learningRate] = part(13, Float64Array);
    Object.assign(this, { nEmbd, nHead, nLayer, blockSize, paramCount, step, numSteps, learningRate });
    const names = ["wte", "wpe", "lmHead"];
    const ofLayer = ["attnWq", "attnWk", "attnWv", "attnWo", "mlpFc1", "mlpFc2"];
    this.matrices = [];
    for (let k = 0, start = 0; 3 * k < shapes.length; k++) {
      const [layer, rows, columns] = shapes.subarray(3 * k, 3 * k + 3);
      this.matrices.push({ name: layer < 0 ? names[k] : ofLayer[(k - 3) % 6], layer, rows, columns, start });
      start += rows * columns;
    }
    this.findStops();
    this.findContexts();
    this.findTurns();
    this.findNames();
    this.findChanges();
  }

  // -- stops

  findStops() {
    const { records } = this;
    const starts = [];
    for (let r = 0; r < this.recordCount; r++) if (records[6 * r]) starts.push(r);
    this.count = starts.length;
    this.starts = Int32Array.from([...starts, this.recordCount]);
    // Where a phase begins: the functions and the first gradient say it.
    const isIn = (name) => (s) => this.of(s).function === name;
    this.begins = { forward: 0 };
    this.begins.order = this.find(0, isIn("backward"));
    this.begins.backward = this.find(this.begins.order, (s) => this.of(s).changes === "grad" && !this.of(s).loops.length);
    this.begins.adam = this.find(this.begins.backward, isIn("update"));
    this.ends = { forward: this.begins.order - 1, order: this.begins.backward - 1, backward: this.begins.adam - 1, adam: this.count - 1 };
    // The line that called: the next stop of the function outside.
    this.parents = new Int32Array(this.count).fill(-1);
    const next = [];
    for (let s = this.count - 1; s >= 0; s--) {
      const depth = this.depth(s);
      this.parents[s] = next[depth - 1] ?? -1;
      next[depth] = s;
    }
  }

  find(from, test) {
    let s = from;
    while (s < this.count && !test(s)) s++;
    return s;
  }

  line(s) { return this.records[6 * this.starts[s]]; }
  depth(s) { return this.records[6 * this.starts[s] + 1]; }
  of(s) { return this.info[this.line(s)]; }
  isEntry(s) { return this.of(s).entry === true && this.records[6 * this.starts[s] + 2] === 0; }
  phase(s) { return PHASES.findLast((phase) => s >= this.begins[phase]); }

  /** The stop whose line made what was recorded next after `record`. */
  stopOf(record) {
    let [low, high] = [0, this.count - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= record) low = middle; else high = middle - 1;
    }
    return low;
  }

  /** What a stop has: for each name its kind, its ids or its numbers. */
  items(s) {
    const info = this.of(s);
    const isEntry = this.isEntry(s);
    const items = [];
    for (let r = this.starts[s] + (isEntry ? 1 : 0), k = 0; r < this.starts[s + 1]; r++, k++) {
      const [, , kind, rows, first, count] = this.records.subarray(6 * r, 6 * r + 6);
      const names = info.entry && !isEntry ? [] : info.names;
      const item = { name: names[k] ?? (info.returns ? "returns" : ""), kind: KIND[kind], rows };
      if (kind >= 4 && kind <= 7) item.ids = this.ids.subarray(first, first + count);
      else item.numbers = this.numbers.subarray(first, first + count);
      if (kind > 0) items.push(item);
    }
    return items;
  }

  /** What a name last stood for before a stop, in the same call; undefined if nothing is recorded. */
  lookUp(name, s) {
    const depth = this.depth(s);
    for (let t = s - 1; t >= 0; t--) {
      const there = this.depth(t);
      if (there < depth) return undefined;
      if (there > depth) continue;
      if (this.of(t).names.includes(name) && !(this.of(t).entry && !this.isEntry(t))) {
        const item = this.items(t).find((item) => item.name === name);
        return item && { ...item, stop: t };
      }
      if (this.isEntry(t)) return undefined;
    }
    return undefined;
  }

  // -- positions, layers, heads

  findContexts() {
    const loops = { position: "posID", layer: "li", head: "h" };
    const end = this.begins.order;
    this.context = {};
    const values = [];
    for (const [level, variable] of Object.entries(loops)) {
      const list = (this.context[level] = new Int16Array(this.count).fill(-1));
      for (let s = 0; s < end; s++) {
        const { loops, names } = this.of(s);
        const depth = this.depth(s);
        if (names[0] === variable && !this.of(s).entry) values[depth] = this.items(s)[0].numbers[0];
        if (loops.some(([, name]) => name === variable)) list[s] = values[depth];
      }
      for (let s = end - 1; s >= 0; s--) {
        if (list[s] < 0 && this.parents[s] >= 0 && this.parents[s] < end) list[s] = list[this.parents[s]];
      }
    }
    const tokens = this.find(0, (s) => this.of(s).entry && this.of(s).names[0] === "tokens");
    this.tokens = [...this.items(tokens)[0].numbers];
    this.letters = this.tokens.map((id) => this.vocabulary[id]);
    this.positionCount = Math.max(...this.context.position.subarray(0, end)) + 1;
  }

  /** The stop in `forward` or `loss` in whose line a stop is. */
  outer(s) {
    while (SMALL.has(this.of(s).function)) s = this.parents[s];
    return s;
  }

  // -- turns: the iterations of the outermost loop of a phase

  findTurns() {
    this.turns = new Int32Array(this.count).fill(-1);
    this.turnStarts = { order: [], backward: [], adam: [] };
    for (const phase of PHASES.slice(1)) {
      for (let s = this.begins[phase]; s <= this.ends[phase]; s++) {
        const { loops, names } = this.of(s);
        if (loops.length === 1 && names[0] === loops[0][1]) this.turnStarts[phase].push(s);
        if (loops.length) this.turns[s] = this.turnStarts[phase].length - 1;
      }
    }
    this.turnNodes = this.turnStarts.backward.map((s) => this.items(s)[0].ids[0]);
  }

  // -- names

  findNames() {
    this.namedAt = new Int32Array(this.data.length).fill(-1);
    this.namedIndex = new Int32Array(this.data.length);
    for (let s = 0; s < this.begins.order; s++) {
      const info = this.of(s);
      if (info.entry || info.returns) continue;
      for (const item of this.items(s)) {
        item.ids?.forEach((id, k) => {
          if (id < this.paramCount || this.namedAt[id] >= 0) return;
          [this.namedAt[id], this.namedIndex[id]] = [s, k];
        });
      }
    }
  }

  /** The stop whose line made a number; -1 for a parameter. */
  madeAt(id) { return id < this.paramCount ? -1 : this.stopOf(this.births[id]); }

  matrixOf(id) { return this.matrices.findLast((matrix) => id >= matrix.start); }

  /** What a number is called, and where it is. */
  nameOf(id) {
    if (id < this.paramCount) {
      const { name, layer, start, columns, rows } = this.matrixOf(id);
      const [row, column] = [Math.floor((id - start) / columns), (id - start) % columns];
      let where = layer < 0 ? "parameter" : this.nLayer > 1 ? `parameter of layer ${layer}` : "parameter";
      if (name === "wte" || name === "lmHead") where = `parameter for ${quoted(this.vocabulary[row])}`;
      if (name === "wpe") where = `parameter for position ${row}`;
      return { name: `${name}[${row}][${column}]`, where };
    }
    const s = this.namedAt[id];
    if (s >= 0) {
      const item = this.items(s).find((item) => item.ids?.includes(id));
      const index = item.kind === "value" ? "" : item.kind === "matrix"
        ? `[${Math.floor(this.namedIndex[id] / (item.ids.length / item.rows))}][${this.namedIndex[id] % (item.ids.length / item.rows)}]`
        : `[${this.namedIndex[id]}]`;
      const name = item.name === "losses" ? `losses[${this.context.position[s]}]` : item.name + index;
      return { name, where: this.whereOf(s) };
    }
    const made = this.madeAt(id);
    return {
      name: this.childCount(id) ? `a ${OPERATIONS[this.maker(id)] ?? "number"}` : "a constant",
      where: `inside line ${this.line(made)}${this.context.position[made] >= 0 ? ", " : ""}${this.whereOf(made)}`,
    };
  }

  whereOf(s) {
    const { position, layer, head } = this.context;
    const parts = [];
    if (position[s] >= 0) parts.push(`position ${position[s]}`);
    if (this.nLayer > 1 && layer[s] >= 0) parts.push(`layer ${layer[s]}`);
    if (head[s] >= 0) parts.push(`head ${head[s]}`);
    return parts.join(", ");
  }

  maker(id) { return this.makerNames[this.makers[id]]; }
  childCount(id) { return this.childStarts[id + 1] - this.childStarts[id]; }
  childrenOf(id) { return this.children.subarray(this.childStarts[id], this.childStarts[id + 1]); }
  localsOf(id) { return this.localGrads.subarray(this.childStarts[id], this.childStarts[id + 1]); }

  /** Who uses a number: the id of each, with the derivative of it by the number. */
  usersOf(id) {
    if (!this.users) {
      const starts = new Int32Array(this.data.length + 1);
      for (const child of this.children) starts[child + 1]++;
      for (let k = 0; k < this.data.length; k++) starts[k + 1] += starts[k];
      const fill = starts.slice();
      this.users = new Int32Array(2 * this.children.length);
      for (let user = 0; user < this.data.length; user++) {
        for (let k = this.childStarts[user]; k < this.childStarts[user + 1]; k++) {
          const place = fill[this.children[k]]++;
          this.users[2 * place] = user;
          this.users[2 * place + 1] = k;
        }
      }
      this.userStarts = starts;
    }
    const list = [];
    for (let k = this.userStarts[id]; k < this.userStarts[id + 1]; k++) {
      list.push({ id: this.users[2 * k], local: this.localGrads[this.users[2 * k + 1]] });
    }
    return list;
  }

  // -- gradients and data over time

  findChanges() {
    const stops = [];
    for (let s = this.begins.order; s < this.count; s++) if (this.records[6 * this.starts[s] + 2] >= 8) stops.push(s);
    this.changes = Int32Array.from(stops);
    this.grad = new Float64Array(this.data.length);
    this.now = this.data.slice();
    this.cursor = 0;
    this.finalGrad = new Float64Array(this.data.length);
    for (const s of stops) if (s <= this.ends.backward) this.set("finalGrad", s, 1);
  }

  /** Gives a number in a list what a stop made of it, or (0) what it was before. */
  set(list, s, isAfter) {
    const r = 6 * this.starts[s];
    this[list][this.records[r + 3]] = this.numbers[this.records[r + 4] + isAfter];
  }

  change(s) {
    const r = 6 * this.starts[s];
    const [before, after] = this.numbers.subarray(this.records[r + 4], this.records[r + 4] + 2);
    return { id: this.records[r + 3], before, after };
  }

  isGrad(s) { return this.records[6 * this.starts[s] + 2] === 8; }

  /** Brings `grad` and `now` to what they were right after a stop. */
  moveTo(s) {
    while (this.cursor < this.changes.length && this.changes[this.cursor] <= s) {
      const change = this.changes[this.cursor++];
      this.set(this.isGrad(change) ? "grad" : "now", change, 1);
    }
    while (this.cursor > 0 && this.changes[this.cursor - 1] > s) {
      const change = this.changes[--this.cursor];
      this.set(this.isGrad(change) ? "grad" : "now", change, 0);
    }
  }

  // -- steps of a size

  /** Two stops with the same key are in one step of this size. */
  key(s, grain) {
    const phase = this.phase(s);
    const turn = this.turns[s];
    switch (grain) {
      case "head": {
        const { position, layer, head } = this.context;
        return `${position[s]} ${layer[s]} ${head[s]}`;
      }
      case "position":
        if (phase === "forward") return this.context.position[s];
        return turn < 0 ? -2 : this.context.position[this.madeAt(this.turnNodes[turn])];
      case "turn": return turn;
      case "made": return turn < 0 ? -1 : this.outer(this.madeAt(this.turnNodes[turn]));
      case "matrix": return turn < 0 ? -1 : this.matrixOf(turn).start;
      case "all": return 0;
      default: return s;
    }
  }

  /** The last stop of the step that a stop is in. */
  snap(s, grain) {
    if (grain === "line") return this.outer(s);
    const end = this.ends[this.phase(s)];
    const key = this.key(s, grain);
    while (s < end && this.key(s + 1, grain) === key) s++;
    return s;
  }

  /** The stop after a step forwards. */
  next(s, grains) {
    const grain = grains[this.phase(s)];
    if (grain === "line") {
      let t = s + 1;
      while (t < this.count && SMALL.has(this.of(t).function) && !this.isSameCall(s, t)) t++;
      return Math.min(t, this.count - 1);
    }
    const end = this.snap(s, grain);
    if (end > s || s === this.count - 1) return end;
    return this.snap(s + 1, grains[this.phase(s + 1)]);
  }

  /** The stop before a step backwards. */
  previous(s, grains) {
    if (s === 0) return 0;
    const grain = grains[this.phase(s - 1)];
    if (grain === "line") {
      let t = s - 1;
      while (t > 0 && SMALL.has(this.of(t).function) && !this.isSameCall(s, t)) t--;
      return t;
    }
    if (grain !== grains[this.phase(s)] || this.phase(s - 1) !== this.phase(s)) return s - 1;
    const key = this.key(s, grain);
    let t = s - 1;
    while (t > 0 && this.phase(t) === this.phase(s) && this.key(t, grain) === key) t--;
    return t;
  }

  // -- the same place in another step

  /** What a stop of the forward pass has in common with the same one on another name. */
  placeOf(s) {
    this.findPlaces();
    return this.places[s];
  }

  /** The stop at a place; -1 if there is none. */
  byPlace(place) {
    this.findPlaces();
    return this.placed.get(place) ?? -1;
  }

  findPlaces() {
    if (this.places) return;
    [this.places, this.placed] = [[], new Map()];
    const { position, layer, head } = this.context;
    const met = new Map();
    for (let s = 0; s < this.begins.order; s++) {
      const place = `${this.line(s)} ${position[s]} ${layer[s]} ${head[s]}`;
      met.set(place, (met.get(place) ?? 0) + 1);
      this.places.push(`${place} ${met.get(place)}`);
      this.placed.set(this.places[s], s);
    }
  }

  /** The stop that is as far as a stop of another step. */
  stopLike(other, s) {
    const phase = other.phase(s);
    if (phase === "forward") {
      const t = this.byPlace(other.placeOf(s));
      return t >= 0 ? t : Math.min(s, this.ends.forward);
    }
    if (other.count === this.count) return s;
    return Math.min(this.begins[phase] + s - other.begins[phase], this.ends[phase]);
  }

  isSameCall(s, t) { return this.depth(s) === this.depth(t) && this.parents[s] === this.parents[t]; }
}

const OPERATIONS = { "+": "sum", "*": "product", dot: "dot product", sum: "sum", pow: "power", exp: "power of e", log: "logarithm", relu: "relu" };

/** A token as it stands in a sentence. */
export function quoted(token) { return token === "BOS" ? "BOS" : `“${token}”`; }
