// What the pages do beside being read: colours, ticks, search. Ticks stay in this browser.
"use strict";

const course = {
  /** A value that stays, or nothing where the browser keeps none. */
  load(name) {
    try { return JSON.parse(localStorage.getItem(`microgpt.${name}`)); } catch { return null; }
  },
  save(name, value) {
    try { localStorage.setItem(`microgpt.${name}`, JSON.stringify(value)); } catch { /* not here */ }
  },
};

// Before anything is drawn.
const page = document.documentElement;
page.classList.add("script");
const scheme = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (page.dataset.theme ?? (scheme.matches ? "dark" : "light")) === "dark";
const chosen = course.load("theme");
if (chosen === "dark" || chosen === "light") page.dataset.theme = chosen;

/** An element with attributes and what is in it. */
function make(name, attributes = {}, ...content) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...content);
  return element;
}

addEventListener("DOMContentLoaded", () => {
  colours();
  progress();
  search();
  sections();
  lines();
  addEventListener("keydown", keys);
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("main details")) details.open = true;
  });
  openFolded();
  addEventListener("hashchange", openFolded);
});

// MARK: - Light and dark

function colours() {
  const button = document.querySelector(".theme");
  const frames = [...document.querySelectorAll("iframe")];
  const tell = (frame) => frame.contentWindow?.postMessage({ theme: isDark() ? "dark" : "light" }, "*");
  const show = () => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", isDark() ? "Light colours" : "Dark colours");
    frames.forEach(tell);
  };
  button.onclick = () => {
    page.dataset.theme = isDark() ? "light" : "dark";
    course.save("theme", page.dataset.theme);
    show();
  };
  scheme.addEventListener("change", show);
  // A piece says how high it is.
  for (const frame of frames) frame.addEventListener("load", () => tell(frame));
  addEventListener("message", (event) => {
    const frame = frames.find((frame) => frame.contentWindow === event.source);
    if (!frame) return;
    tell(frame);
    const height = Number(event.data?.height);
    if (height > 0) frame.style.height = `${Math.min(height, 1600) + 2}px`;
  });
  show();
}

// MARK: - Ticks

function progress() {
  const read = course.load("read") ?? {};
  const solved = course.load("solved") ?? {};
  const links = [...document.querySelectorAll("#map a[data-lesson]")];
  const show = () => {
    for (const link of document.querySelectorAll("#map a[data-lesson]")) mark(link, link.dataset.lesson);
    for (const link of document.querySelectorAll("td:first-child > a")) {
      const number = link.textContent.match(/^\d-\d/)?.[0];
      if (number) mark(link, number);
    }
    summary?.();
  };
  const mark = (link, number) => {
    link.classList.toggle("read", read[number] === true);
    const small = link.querySelector("small");
    if (!small) return;
    small.dataset.minutes ??= small.textContent;
    small.textContent = read[number] ? "✓ read" : small.dataset.minutes;
  };
  const bind = (attribute, values, name) => {
    for (const box of document.querySelectorAll(`input[${attribute}]`)) {
      const key = box.getAttribute(attribute);
      box.checked = values[key] === true;
      box.onchange = () => {
        values[key] = box.checked;
        course.save(name, values);
        show();
      };
    }
  };
  bind("data-read", read, "read");
  bind("data-exercise", solved, "solved");

  // Who gets to the end of a lesson has read it, unless they said otherwise.
  const box = document.querySelector("input[data-read]");
  const end = document.getElementById("in-one-sentence") ?? document.querySelector(".turn");
  if (box && end && read[box.dataset.read] === undefined) {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      if (read[box.dataset.read] !== undefined) return;
      box.checked = true;
      box.onchange();
    });
    observer.observe(end);
  }

  // The map shows how far you are.
  let summary;
  const first = links[0];
  if (first && document.querySelector("main td:first-child > a")) {
    const text = make("p", { role: "status" });
    const bar = make("progress", { max: links.length, "aria-label": "Lessons read" });
    const on = make("a");
    const panel = make("div", { class: "progress" }, text, bar, make("p", {}, on));
    summary = () => {
      const count = links.filter((link) => read[link.dataset.lesson]).length;
      const exercises = Object.values(solved).filter(Boolean).length;
      text.textContent = count === 0 ? "Your ticks will stay in this browser, and nowhere else."
        : `${count} of ${links.length} lessons read, ${exercises} exercise${exercises === 1 ? "" : "s"} solved`;
      bar.value = count;
      const next = links.find((link) => !read[link.dataset.lesson]) ?? first;
      on.href = next.href;
      on.textContent = `${count === 0 ? "Begin with" : "Go on with"} ${next.querySelector("span").textContent} →`;
    };
    document.querySelector("h1").after(panel);
  }
  show();
}

// MARK: - Search

function search() {
  const input = make("input", { type: "search", "aria-label": "Search lessons and glossary",
    placeholder: "Search lessons and glossary", autocomplete: "off", spellcheck: "false" });
  const list = make("ol", { "aria-live": "polite" });
  const close = make("button", { type: "button" }, "Close");
  const dialog = make("dialog", { id: "search", "aria-label": "Search" },
    make("form", { method: "dialog" }, input, close), list);
  document.body.append(dialog);
  close.onclick = () => dialog.close();
  dialog.onclick = (event) => { if (event.target === dialog) dialog.close(); };
  document.querySelector(".find").onclick = () => course.search();

  let index = null;
  course.found = (entries) => {
    index = [...entries.terms.map((entry) => prepared(entry, true)),
      ...entries.sections.map((entry) => prepared(entry, false))];
    show();
  };
  const prepared = (entry, isTerm) => ({ ...entry, isTerm, low: {
    title: entry.title.toLowerCase(), text: entry.text.toLowerCase(), page: entry.page.toLowerCase() } });
  course.search = () => {
    dialog.showModal();
    input.select();
    if (!index && !document.querySelector("script[data-index]")) {
      document.head.append(make("script", { "data-index": "", src: `${page.dataset.root}search.js` }));
    }
  };

  /** How well an entry answers; 0 if it does not. All words must be in it. */
  const score = (entry, words, phrase) => {
    const { title, text, page } = entry.low;
    if (!words.every((word) => title.includes(word) || text.includes(word) || page.includes(word))) return 0;
    const names = title.replace(/ \(.*?\)/g, "").split(", ");
    let points = entry.isTerm ? 2 : 1;
    if (names.includes(phrase)) points += entry.isTerm ? 1000 : 600;
    else if (names.some((name) => name.startsWith(phrase))) points += entry.isTerm ? 500 : 300;
    else if (title.includes(phrase)) points += 200;
    else if (words.every((word) => title.includes(word))) points += 100;
    if (text.includes(phrase)) points += 30;
    return points + 5 * words.filter((word) => title.includes(word) || page.includes(word)).length;
  };
  const show = () => {
    const phrase = input.value.trim().toLowerCase();
    const words = phrase.split(/\s+/).filter(Boolean);
    if (words.length === 0) return list.replaceChildren();
    if (!index) return list.replaceChildren(make("p", {}, "…"));
    const hits = index.map((entry) => [score(entry, words, phrase), entry]).filter(([points]) => points > 0)
      .sort((a, b) => b[0] - a[0]).slice(0, 20);
    list.replaceChildren(...hits.map(([, entry]) => item(entry, words)));
    if (hits.length === 0) list.append(make("p", {}, `Nothing has all of these words: ${words.join(", ")}`));
  };
  const item = (entry, words) => {
    const start = Math.max(0, Math.min(...words.map((word) => entry.low.text.indexOf(word)).filter((at) => at >= 0), Infinity) - 60);
    const from = Number.isFinite(start) ? start : 0;
    const text = (from > 0 ? "…" : "") + entry.text.slice(from, from + 180) + (entry.text.length > from + 180 ? "…" : "");
    return make("li", {}, make("a", { href: page.dataset.root + entry.href },
      make("b", {}, entry.title), make("small", {}, entry.title === entry.page ? "" : entry.page),
      make("span", {}, ...marked(text, words))));
  };
  const marked = (text, words) => {
    const pattern = words.map((word) => word.replace(/[^\w]/g, "\\$&")).join("|");
    return text.split(new RegExp(`(${pattern})`, "i")).map((part, k) => k % 2 ? make("mark", {}, part) : part);
  };
  input.oninput = show;
  list.onclick = (event) => { if (event.target.closest("a")) dialog.close(); };
  dialog.onkeydown = (event) => {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown") links[at + 1]?.focus();
    else if (event.key === "ArrowUp") (at > 0 ? links[at - 1] : input).focus();
    else if (event.key === "Enter" && document.activeElement === input) links[0]?.click();
    else return;
    event.preventDefault();
  };
}

// MARK: - Getting about

function keys(event) {
  if (event.ctrlKey && event.key === "k" || event.metaKey && event.key === "k") {
    event.preventDefault();
    return course.search();
  }
  const isTyping = event.target.closest?.("input, textarea, select, dialog, pre, .wide, [contenteditable]");
  if (isTyping || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.key === "/") {
    event.preventDefault();
    course.search();
  } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    document.querySelector(`.turn [rel="${event.key === "ArrowLeft" ? "prev" : "next"}"]`)?.click();
  }
}

/** Marks the section that is being read. */
function sections() {
  const links = [...document.querySelectorAll(".sections a")];
  if (links.length === 0) return;
  const heads = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  let isWaiting = false;
  const show = () => {
    isWaiting = false;
    let at = -1;
    heads.forEach((head, k) => { if (head && head.getBoundingClientRect().top < innerHeight / 3) at = k; });
    links.forEach((link, k) => {
      if (k === at) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };
  addEventListener("scroll", () => {
    if (!isWaiting) requestAnimationFrame(show);
    isWaiting = true;
  }, { passive: true });
  show();
}

/** Opens what is folded around the place that the address names. */
function openFolded() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target && target.closest("details:not([open])");
  if (!folded) return;
  folded.open = true;
  target.scrollIntoView();
}

/** Marks all lines that an address like #L12-L20 names. */
function lines() {
  const mark = () => {
    for (const line of document.querySelectorAll(".l.marked")) line.classList.remove("marked");
    const range = location.hash.match(/^#L(\d+)-L(\d+)$/);
    if (!range) return;
    for (let n = Number(range[1]); n <= Number(range[2]); n++) document.getElementById(`L${n}`)?.classList.add("marked");
  };
  addEventListener("hashchange", mark);
  mark();
}
