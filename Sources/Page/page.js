// Loads the module, shows one of three tabs by the address, and keeps what they share.

import { Engine } from "./engine.js";
import * as play from "./play.js";
import * as step from "./step.js";
import * as train from "./train.js";

const tabs = { train, step, play };
const mounted = {};

/** The bytes of a part of the page that is written in base64. */
function bytesOf(id) {
  return Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
}

/** `#step` is a tab, `#step/…` a place in it; any other word is a piece to play with. */
function route() {
  const words = decodeURIComponent(location.hash.slice(1)).split("/");
  if (words[0] === "") return ["train", ""];
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
  const engine = await Engine.start(await WebAssembly.compile(bytesOf("wasm")));
  engine.names = document.getElementById("names").textContent;
  engine.model = null;  // the bytes of a checkpoint; a "model" event says that it is another one
  engine.setModel = (model) => {
    engine.model = model;
    engine.dispatchEvent(new Event("model"));
  };
  window.engine = engine;  // for the curious, and for tests
  addEventListener("hashchange", () => show(engine));
  show(engine);
  document.documentElement.dataset.ready = "";
}

main();
