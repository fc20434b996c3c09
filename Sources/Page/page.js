// Loads the module, shows one of three tabs by the address, and keeps what they share.

import { Engine } from "./engine.js";
import * as play from "./play.js";
import * as step from "./step.js";
import * as train from "./train.js";

const tabs = { train, step, play };
const mounted = {};

/** A part of the page that is packed and written in base64. */
function unpacked(id) {
  const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream);
}

/** `#step` is a tab, `#step/…` a place in it; any other word is a piece to play with. */
function route() {
  const words = decodeURIComponent(location.hash.slice(1)).split("/");
  if (words[0] === "") return [document.getElementById("explore").textContent ? "step" : "train", ""];
  return words[0] in tabs ? [words[0], words.slice(1).join("/")] : ["play", words.join("/")];
}

function show(engine) {
  const [name, place] = route();
  for (const tab of Object.keys(tabs)) {
    document.getElementById(tab).hidden = tab !== name;
    const link = document.querySelector(`nav a[href="#${tab}"]`);
    if (tab === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const element = document.getElementById(name);
  if (!mounted[name]) {
    mounted[name] = true;
    tabs[name].mount(element, engine);
  }
  tabs[name].show?.(place);
}

function theme() {
  const button = document.getElementById("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
  const label = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  button.onclick = () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    label();
    dispatchEvent(new Event("themechange"));
  };
  dark.addEventListener("change", () => { label(); dispatchEvent(new Event("themechange")); });
  label();
}

async function main() {
  theme();
  const engine = await Engine.start(await WebAssembly.compile(await unpacked("wasm").arrayBuffer()));
  engine.trained = new Uint8Array(await unpacked("trained").arrayBuffer());
  engine.names = await unpacked("names").text();
  engine.model = null; // { bytes of a checkpoint, step }; a "model" event says that it is another one
  engine.setModel = (bytes, step) => {
    engine.model = { bytes, step };
    engine.dispatchEvent(new Event("model"));
  };
  window.engine = engine;  // for the curious, and for tests
  addEventListener("hashchange", () => show(engine));
  show(engine);
  document.documentElement.dataset.ready = "";
}

main();
