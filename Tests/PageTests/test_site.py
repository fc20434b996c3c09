"""The course as pages, as `lab site` writes them, in headless Chromium, opened from disk.

Needs what browser.py needs, and pandoc.
"""
import json
import re
import tempfile
import time
import unittest
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import PROJECT, count, lab, look, open_browser, wait

CONTRAST = 4.5  # WCAG's AA for text of any size
ROUNDING = 0.05  # of colours to 8 bits, in a ratio
NARROW, WIDE = 360, 1400
LESSONS = PROJECT / "Lessons"

# What a text would show that has not become HTML, outside of code.
RAW = re.compile(r"\*\*|\]\(|```|<!--|\$[^\s$][^$]*\$|\\(frac|sum|text|cdot)\b|^#+ |^\|.*\|$", re.M)

# Text that can be seen and is not in a picture, with its contrast to what is behind it.
FAINT = """
const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
const known = new Map();
function rgba(colour) {
  if (!known.has(colour)) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    known.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
  }
  return known.get(colour);
}
const over = (a, b) => [0, 1, 2].map((k) => (a[k] * a[3] + b[k] * (255 - a[3])) / 255).concat(255);
function behind(element) {
  if (!element) return [255, 255, 255, 255];
  const own = rgba(getComputedStyle(element).backgroundColor);
  return own[3] === 255 ? own : over(own, behind(element.parentElement));
}
const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, share, k) => {
  const x = c[k] / 255;
  return sum + share * (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
}, 0);
let texts = 0;
const faint = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || element.closest("svg, annotation, script, dialog:not([open])")) continue;
  if (!element.checkVisibility({ visibilityProperty: true })) continue;
  texts += 1;
  const back = behind(element);
  const [a, b] = [light(over(rgba(getComputedStyle(element).color), back)), light(back)];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < arguments[0]) faint.push(`${ratio.toFixed(2)}: ${walker.currentNode.data.trim().slice(0, 40)} (${element.className || element.tagName})`);
}
return [texts, faint];
"""


def texts_of_the_course():
    return sorted(LESSONS.glob("**/*.md"))


def terms_of_the_glossary():
    """The first of the names in each row of the glossary."""
    rows = re.findall(r"^\| (?!term )(?!---)(.+?) \|", (LESSONS / "appendix" / "glossary.md").read_text(), re.M)
    return [re.sub(r"[`$]", "", row) for row in rows if not row.startswith("-")]


class SiteTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.site = Path(folder.name).resolve() / "course"
        start = time.monotonic()
        run = lab("site", cls.site)
        assert run.returncode == 0, run.stderr
        cls.pages = sorted(p for p in cls.site.glob("**/*.html") if p.name != "microgpt.html")
        files = [p for p in cls.site.glob("**/*") if p.is_file()]
        count("pages", len(cls.pages))
        count("bytes of the site", sum(p.stat().st_size for p in files))
        count("milliseconds to write it", round(1000 * (time.monotonic() - start)))
        cls.driver = open_browser()
        cls.addClassCleanup(cls.driver.quit)

    def setUp(self):
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        look(self.driver, WIDE, still=True)

    def tearDown(self):
        errors = [entry["message"] for entry in self.driver.get_log("browser")
                  if entry["level"] in ("SEVERE", "WARNING")]
        self.assertEqual(errors, [], "in the console")
        asked = set()
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked.add(message["params"]["request"]["url"].split("#")[0])
        count("requests, all for files of the site", len(asked))
        elsewhere = [url for url in asked
                     if not url.startswith((self.site.as_uri() + "/", "data:", "blob:", "about:"))]
        self.assertEqual(elsewhere, [], "asked of others")

    def open(self, path, fresh=False):
        self.driver.get((self.site / path).as_uri())
        if fresh:
            self.driver.execute_script("localStorage.clear()")
            self.driver.refresh()

    def run_in_page(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def test_every_page_opens_fits_and_is_legible_and_no_link_is_dead(self):
        """In light and dark colours, where there is room and where there is little."""
        ids, links = {}, []
        for page in self.pages:
            name = str(page.relative_to(self.site))
            look(self.driver, NARROW)
            self.open(name)
            with self.subTest(name):
                self.run_in_page("document.querySelectorAll('details').forEach((d) => d.open = true)")
                found = self.run_in_page("""
                    const wide = document.documentElement.scrollWidth - innerWidth;
                    const main = document.querySelector("main");
                    const copy = main.cloneNode(true);
                    copy.querySelectorAll("pre, code, svg, annotation").forEach((e) => e.remove());
                    copy.querySelectorAll("p, li, td, h1, h2, h3").forEach((e) => e.append("\\n"));
                    return { wide, text: copy.textContent, title: document.title,
                      heads: document.querySelectorAll("h1").length,
                      ids: [...document.querySelectorAll("[id]")].map((e) => e.id),
                      links: [...document.querySelectorAll("a[href]")].map((e) => e.href),
                      formulas: document.querySelectorAll("math").length,
                      pictures: document.querySelectorAll("figure.picture svg").length,
                      nameless: [...document.querySelectorAll("a[href], button, input, iframe, figure svg")]
                        .filter((e) => !(e.textContent.trim() || e.getAttribute("aria-label") || e.title || e.closest("label")))
                        .map((e) => e.outerHTML) };""")
                self.assertLessEqual(found["wide"], 0, "wider than the screen")
                self.assertEqual(found["heads"], 1)
                self.assertEqual(found["nameless"], [], "says nothing to a screen reader")
                raw = RAW.search(found["text"]) if not name.startswith("code/") else None
                self.assertIsNone(raw, raw and found["text"][max(0, raw.start() - 40):raw.end() + 40])
                doubles = {i for i in found["ids"] if found["ids"].count(i) > 1}
                self.assertEqual(doubles, set(), "the same id twice")
                for dark in (False, True):
                    look(self.driver, WIDE if dark else NARROW, dark=dark)
                    number, faint = self.run_in_page(FAINT, CONTRAST - ROUNDING)
                    self.assertEqual(faint, [], "dark" if dark else "light")
                    count("texts with enough contrast", number)
            ids[page] = set(found["ids"])
            links += [(name, link) for link in found["links"]]
            count("formulas", found["formulas"])
            count("pictures", found["pictures"])
        dead = []
        for name, link in links:
            parts = urlsplit(link)
            if parts.scheme != "file":
                continue
            count("links that lead somewhere")
            target = Path(unquote(parts.path))
            fragment = unquote(parts.fragment)
            if not target.is_file():
                dead.append((name, link))
            elif fragment and target in ids and fragment not in ids[target]:
                dead.append((name, link))
        self.assertEqual(dead, [])

    def test_every_text_of_the_course_is_a_page_and_folds_what_it_folds(self):
        for path in texts_of_the_course():
            place = path.relative_to(LESSONS)
            name = ("index.html" if str(place) == "README.md" else
                    f"{place.parent}.html" if place.name == "lesson.md" else str(place.with_suffix(".html")))
            with self.subTest(name):
                self.open(name)
                folds = self.run_in_page(
                    "return [...document.querySelectorAll('main details')].map((d) => d.open)")
                text = re.sub(r"^```.*?^```|`[^`\n]*`", "", path.read_text(), flags=re.M | re.S)
                self.assertEqual(folds, [False] * text.count("<details>"))
                count("folds", len(folds))
                here = self.run_in_page(
                    "return [...document.querySelectorAll('.here strong')].map((e) => e.textContent)")
                line = re.search(r"^\**data\** → .*", path.read_text(), re.M)
                today = re.findall(r"\*\*(.+?)\*\*", line[0]) if line else []
                self.assertEqual(here, [box for part in today for box in part.split(" → ")])

    def test_one_leads_to_the_next_through_all_lessons(self):
        self.open("index.html")
        lessons = self.run_in_page(
            "return [...document.querySelectorAll('#map a[data-lesson]')].map((e) => e.href)")
        self.assertEqual(len(lessons), len(list(LESSONS.glob("*/*/lesson.md"))))
        way = []
        while (following := self.driver.find_elements(By.CSS_SELECTOR, ".turn [rel=next]")) \
                and len(way) <= len(lessons):
            way.append(following[0].get_attribute("href"))
            self.driver.get(way[-1])
        self.assertEqual(way[:len(lessons)], lessons)
        self.assertEqual(self.run_in_page("return document.querySelectorAll('.eyebrow b').length"), 0)

    def test_each_piece_starts_where_its_lesson_links_to_it(self):
        if not (LESSONS / "microgpt.html").exists():
            print("pieces: none, since there is no Lessons/microgpt.html")
            return
        linked = {
            (path, piece) for path in LESSONS.glob("*/*/lesson.md")
            for piece in re.findall(r"microgpt\.html#([\w-]+)", path.read_text())
            if piece not in ("train", "step", "play")}
        for path, piece in sorted(linked):
            with self.subTest(f"{path.parent.name}: {piece}"):
                self.open(f"{path.parent.relative_to(LESSONS)}.html", fresh=True)
                frame = self.driver.find_element(By.CSS_SELECTOR, f'iframe[src$="#{piece}/embed"]')
                self.run_in_page("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })", frame)
                self.driver.switch_to.frame(frame)
                wait(self.driver, "document.documentElement.dataset.ready !== undefined")
                wait(self.driver, "document.querySelector('#play:not([hidden])')?.innerText.length > 20")
                width = self.run_in_page("return document.documentElement.scrollWidth - innerWidth")
                links = self.run_in_page("return [...document.querySelectorAll('#play a')].map((a) => a.href)")
                paper = "getComputedStyle(document.body).backgroundColor"
                light = self.run_in_page(f"return {paper}")
                self.driver.switch_to.default_content()
                self.run_in_page("document.querySelector('.theme').click()")
                self.driver.switch_to.frame(frame)
                wait(self.driver, f"{paper} !== '{light}'")
                self.driver.switch_to.default_content()
                self.run_in_page("document.querySelector('.theme').click()")
                self.assertLessEqual(width, 0, "wider than its frame")
                dead = [link for link in links if not Path(unquote(urlsplit(link).path)).is_file()]
                self.assertEqual(dead, [])
                wait(self.driver, f"document.querySelector('iframe[src$=\"#{piece}/embed\"]').style.height")
                count("pieces")
        self.assertGreater(len(linked), 0)

    def test_search_finds_every_term_of_the_glossary(self):
        self.open("4-attention/2-looking-back.html")
        self.driver.find_element(By.CSS_SELECTOR, ".find").click()
        self.run_in_page("document.querySelector('#search input').value = 'x'")
        wait(self.driver, "document.querySelector('script[data-index]')")
        terms = terms_of_the_glossary()
        self.assertGreater(len(terms), 150)
        for term in terms:
            for name in [term] + ([term.split(", ")[-1]] if ", " in term else []):
                name = re.sub(r" \(.*\)", "", name)
                script = """
                    const input = document.querySelector("#search input");
                    input.value = arguments[0];
                    input.dispatchEvent(new Event("input"));
                    return [...document.querySelectorAll("#search li a")].slice(0, 3)
                      .map((a) => [a.querySelector("b").textContent, a.querySelector("small").textContent]);"""
                wait(self.driver, "(document.querySelector('#search input').dispatchEvent(new Event('input')), document.querySelector('#search li'))")
                found = self.run_in_page(script, name)
                self.assertTrue(
                    any(title == term and page.startswith("Glossary") for title, page in found),
                    f"{name}: {found}")
            count("terms found")
        self.run_in_page(
            "const i = document.querySelector('#search input'); i.value = 'square root of its length'; i.dispatchEvent(new Event('input'))")
        self.run_in_page("const i = document.querySelector('#search input'); i.value = 'zzqx'; i.dispatchEvent(new Event('input'))")
        self.assertIn("Nothing", self.driver.find_element(By.CSS_SELECTOR, "#search ol").text)

    def test_a_lesson_that_was_read_is_ticked_and_what_the_reader_says_stays(self):
        self.open("4-attention/2-looking-back.html", fresh=True)
        box = "document.querySelector('input[data-read]')"
        mark = "document.querySelector('#map a[data-lesson=\"4-2\"] small').textContent"
        self.assertFalse(self.run_in_page(f"return {box}.checked"))
        self.run_in_page("document.getElementById('in-one-sentence').scrollIntoView({ behavior: 'instant' })")
        wait(self.driver, f"{box}.checked")
        self.assertEqual(self.run_in_page(f"return {mark}"), "✓ read")
        exercise = self.driver.find_element(By.CSS_SELECTOR, "input[data-exercise]")
        exercise.click()
        self.open("index.html")
        self.assertIn("1 of ", self.driver.find_element(By.CSS_SELECTOR, ".progress").text)
        self.assertIn("1 exercise solved", self.driver.find_element(By.CSS_SELECTOR, ".progress").text)
        self.open("4-attention/2-looking-back.html")
        self.assertTrue(self.run_in_page("return document.querySelector('input[data-exercise]').checked"))
        self.driver.find_element(By.CSS_SELECTOR, "input[data-read]").click()
        self.driver.refresh()
        self.run_in_page("document.getElementById('in-one-sentence').scrollIntoView({ behavior: 'instant' })")
        time.sleep(0.3)
        self.assertFalse(self.run_in_page(f"return {box}.checked"))

    def test_colours_follow_the_system_until_the_reader_chooses(self):
        self.open("index.html", fresh=True)
        paper = "getComputedStyle(document.body).backgroundColor"
        light = self.run_in_page(f"return {paper}")
        look(self.driver, WIDE, dark=True)
        dark = self.run_in_page(f"return {paper}")
        self.assertNotEqual(light, dark)
        self.driver.find_element(By.CSS_SELECTOR, ".theme").click()
        self.assertEqual(self.run_in_page(f"return {paper}"), light)
        self.open("1-counting/1-pairs.html")
        self.assertEqual(self.run_in_page(f"return {paper}"), light)
        picture = "getComputedStyle(document.querySelector('.picture .f-paper')).fill"
        self.assertEqual(self.run_in_page(f"return {picture}"), light)
        self.run_in_page("localStorage.clear()")

    def test_everything_can_be_done_with_the_keyboard(self):
        self.open("4-attention/2-looking-back.html", fresh=True)
        keys = lambda *what: self.driver.switch_to.active_element.send_keys(*what)
        keys(Keys.TAB)
        self.assertEqual(self.driver.switch_to.active_element.text, "Skip to the text")
        keys(Keys.ENTER)
        self.assertEqual(self.driver.switch_to.active_element.get_attribute("id"), "text")
        keys("/")
        wait(self.driver, "document.querySelector('dialog').open")
        keys("softmax")
        wait(self.driver, "document.querySelector('#search li')")
        keys(Keys.ARROW_DOWN)
        self.assertIn("softmax", self.driver.switch_to.active_element.text)
        keys(Keys.ESCAPE)
        wait(self.driver, "!document.querySelector('dialog').open")
        self.driver.find_element(By.TAG_NAME, "body").send_keys(Keys.ARROW_RIGHT)
        wait(self.driver, "location.href.endsWith('3-why-the-root.html')")
        look(self.driver, NARROW)
        menu = self.driver.find_element(By.CSS_SELECTOR, ".menu")
        shown = "document.querySelector('#map').checkVisibility()"
        self.assertFalse(self.run_in_page(f"return {shown}"))
        menu.send_keys(Keys.ENTER)
        wait(self.driver, shown)
        keys(Keys.ESCAPE)
        wait(self.driver, f"!{shown}")

    def test_nothing_moves_where_motion_is_unwanted(self):
        look(self.driver, WIDE, still=True)
        self.open("index.html")
        self.assertEqual(
            self.run_in_page("return getComputedStyle(document.documentElement).scrollBehavior"), "auto")
        moving = self.run_in_page("return document.getAnimations().length")
        self.assertEqual(moving, 0)

    def test_on_paper_there_is_the_text_alone_unfolded(self):
        self.open("4-attention/2-looking-back.html")
        self.run_in_page("dispatchEvent(new Event('beforeprint'))")
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        gone = self.run_in_page(
            "return ['header', '#map', '.turn', '.tick'].filter((s) => document.querySelector(s).checkVisibility())")
        self.assertEqual(gone, [])
        self.assertEqual(self.run_in_page("return document.querySelectorAll('main details:not([open])').length"), 0)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


if __name__ == "__main__":
    unittest.main(verbosity=2)
