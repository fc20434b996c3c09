// The WebAssembly module that MicroGPT.swift was compiled to, and how text and numbers get in and out.

export class Engine extends EventTarget {
  /** An instance of its own, with a memory of its own. */
  static async start(module) {
    const engine = new Engine();
    // What the C library would ask the system for, and never does here.
    const imports = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      (imports[from] ??= {})[name] = () => 0;
    }
    engine.module = module;
    engine.exports = (await WebAssembly.instantiate(module, imports)).exports;
    return engine;
  }

  /** Calls a function of the module with numbers, and gives the number it returns. */
  call(name, ...numbers) {
    return this.exports[name](...numbers);
  }

  /** The same for functions that can fail: throws their message. */
  ask(name, ...numbers) {
    const count = this.call(name, ...numbers);
    if (count < 0) throw new UserError(this.getText(-1 - count));
    return count;
  }

  /** Puts bytes into the buffer and gives their count. */
  putBytes(bytes) {
    const start = this.call("room", bytes.length);
    new Uint8Array(this.exports.memory.buffer).set(bytes, start);
    return bytes.length;
  }

  /** Puts text into the buffer and gives the count of its bytes. */
  putText(text) {
    return this.putBytes(new TextEncoder().encode(text));
  }

  /** Puts numbers into the buffer and gives their count. */
  putNumbers(numbers) {
    this.putBytes(new Uint8Array(Float64Array.from(numbers).buffer));
    return numbers.length;
  }

  /** The first bytes in the buffer, as a copy. */
  getBytes(count) {
    const start = this.call("room", 0);
    return new Uint8Array(this.exports.memory.buffer.slice(start, start + count));
  }

  /** The first bytes in the buffer as text. */
  getText(count) {
    return new TextDecoder().decode(this.getBytes(count));
  }

  /** The first numbers in the buffer, as a copy. */
  getNumbers(count) {
    return new Float64Array(this.getBytes(8 * count).buffer);
  }
}

/** What a user can put right; the message says how. */
export class UserError extends Error {}
