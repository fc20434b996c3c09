"""The pieces of the tab Play: each starts from its address, answers a drag and a key, and shows the
numbers that Python gets."""
import json
import math
import random
import re
import struct
import unittest

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import PROJECT, PageTest, count, look, open_page, wait

# The page's libm is another one than Python's; a few last digits may differ.
TOLERANCE = 1e-9

LETTERS = "abcdefghijklmnopqrstuvwxyz"
BOS = 26


def names_of_pieces():
    """As the page's source lists them."""
    source = (PROJECT / "Sources/Page/play.js").read_text()
    return re.findall(r"\w+", re.search(r"export const pieces = \{(.*?)\};", source, re.S)[1])


# The same in Python, as it stands in microgpt.py, on plain numbers.

def softmax(logits):
    exps = [math.exp(x - max(logits)) for x in logits]
    return [e / sum(exps) for e in exps]


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def linear(x, w):
    return [dot(row, x) for row in w]


def rmsnorm(x):
    scale = (dot(x, x) / len(x) + 1e-5) ** -0.5
    return [scale * number for number in x]


class Model:
    """The model that the lessons trained for longer."""

    def __init__(self):
        file = (PROJECT / "Lessons/4-attention/longer.safetensors").read_bytes()
        start = 8 + int.from_bytes(file[:8], "little")
        for name, tensor in json.loads(file[8:start]).items():
            if name == "__metadata__" or name.startswith("adam"):
                continue
            rows, columns = tensor["shape"]
            first, last = tensor["data_offsets"]
            numbers = struct.unpack(f"<{rows * columns}d", file[start + first:start + last])
            setattr(self, name.split(".")[-1],
                    [numbers[i * columns:(i + 1) * columns] for i in range(rows)])

    def enter(self, tokens):
        """What goes into attention at each position, and what stays on the road."""
        road = [rmsnorm([t + p for t, p in zip(self.wte[token], self.wpe[i])])
                for i, token in enumerate(tokens)]
        return road, [rmsnorm(x) for x in road]

    def logits(self, tokens):
        """After the last of these tokens."""
        road, xs = self.enter(tokens)
        q = linear(xs[-1], self.attn_wq)
        keys, values = [linear(x, self.attn_wk) for x in xs], [linear(x, self.attn_wv) for x in xs]
        _, found = attend(q, keys, values, 4)
        x = [a + b for a, b in zip(linear(found, self.attn_wo), road[-1])]
        hidden = [max(0, h) for h in linear(rmsnorm(x), self.mlp_fc1)]
        return linear([a + b for a, b in zip(linear(hidden, self.mlp_fc2), x)], self.lm_head)


def attend(q, keys, values, heads):
    """Each head's shares, and what the heads found."""
    size = len(q) // heads
    shares, found = [], []
    for h in range(heads):
        part = slice(h * size, (h + 1) * size)
        weights = softmax([dot(q[part], k[part]) / size ** 0.5 for k in keys])
        shares.append(weights)
        found += [dot(weights, [v[j] for v in values]) for j in range(h * size, (h + 1) * size)]
    return shares, found


class PlayTest(PageTest):
    model = Model()

    # What a reader does.

    def open(self, name):
        open_page(self.driver, name)
        wait(self.driver, "document.querySelector('.sketch [tabindex]') !== null")
        self.driver.execute_script("scrollTo(0, 0)")

    def numbers(self):
        """What the piece shows, in all digits. JSON has neither nan nor infinity."""
        text = self.driver.execute_script("""
            return JSON.stringify(document.querySelector('.piece').parentElement.numbers, (_, x) =>
              ArrayBuffer.isView(x) ? [...x] : typeof x === 'number' && !isFinite(x) ? String(x) : x)""")
        return json.loads(text, object_hook=lambda x: x)

    def handle(self, label):
        return self.driver.find_element(By.CSS_SELECTOR, f'[data-handle="{label}"]')

    def drag(self, label, right, down):
        """Drags a handle by so many pixels; something must have changed."""
        before = self.numbers()
        handle = self.handle(label)
        (ActionChains(self.driver, duration=50).move_to_element(handle).click_and_hold()
         .move_by_offset(right, down).release().perform())
        after = self.numbers()
        self.assertNotEqual(before, after, f"dragging {label} changes nothing")
        count("drags answered")
        return after

    def key(self, label, *keys):
        before = self.numbers()
        handle = self.handle(label)
        self.driver.execute_script("arguments[0].focus()", handle)
        ActionChains(self.driver).send_keys(*keys).perform()
        after = self.numbers()
        self.assertNotEqual(before, after, f"a key on {label} changes nothing")
        count("keys answered")
        return after

    def knob(self, label, key, times=1):
        """Keys on one of the browser's own sliders."""
        knob = self.driver.find_element(By.CSS_SELECTOR, f'[data-knob="{label}"]')
        knob.send_keys(key * times)
        count("keys answered")
        return self.numbers()

    def press(self, text):
        self.driver.find_element(By.XPATH, f'//article//button[normalize-space()="{text}"]').click()
        return self.numbers()

    def shown(self):
        return self.driver.find_element(By.CSS_SELECTOR, ".piece").text

    def same(self, page, python, what):
        """Numbers on the page and in Python: lists of lists of them, too."""
        if isinstance(python, (list, tuple)):
            self.assertEqual(len(page), len(python), what)
            for i, (a, b) in enumerate(zip(page, python)):
                self.same(a, b, f"{what}[{i}]")
            return
        count("numbers compared")
        if isinstance(page, str):
            page = float(page.replace("Infinity", "inf").replace("NaN", "nan"))
        if math.isnan(python) or math.isinf(python):
            self.assertEqual(str(page), str(python), what)
        else:
            self.assertLessEqual(
                abs(page - python), TOLERANCE * max(1, abs(python)), f"{what}: {page}, {python}")

    # All pieces.

    def test_every_piece_starts_from_its_address_alone_or_embedded(self):
        for name in names_of_pieces():
            self.open(name)
            self.assertEqual(
                self.driver.find_element(By.CSS_SELECTOR, ".piece").get_attribute("data-piece"), name)
            lesson = self.driver.find_element(By.CSS_SELECTOR, ".source a").get_dom_attribute("href")
            self.assertTrue((PROJECT / "Lessons" / lesson).exists(), lesson)
            for slider in self.driver.find_elements(By.CSS_SELECTOR, ".piece [role=slider]"):
                self.assertTrue(slider.get_attribute("aria-label"))
                self.assertTrue(slider.get_attribute("aria-valuetext"), slider.get_attribute("aria-label"))
            open_page(self.driver, f"{name}/embed")
            self.assertFalse(self.driver.find_element(By.CSS_SELECTOR, "body > header").is_displayed())
            count("pieces started")

    def test_all_pieces_are_listed_and_an_unknown_address_lists_them(self):
        for place in ["play", "no-such-piece"]:
            open_page(self.driver, place)
            links = [a.get_attribute("href").split("#")[1]
                     for a in self.driver.find_elements(By.CSS_SELECTOR, ".pieces a")]
            self.assertEqual(links, names_of_pieces())

    def test_nothing_is_wider_than_a_phone(self):
        try:
            for name in ["play"] + names_of_pieces():
                look(self.driver, 360, 740)
                open_page(self.driver, name)
                wide = self.driver.execute_script("return document.documentElement.scrollWidth")
                self.assertLessEqual(wide, 360, name)
                count("pages as narrow as a phone")
        finally:
            look(self.driver, 1200, 900)

    # Each one.

    def check_slope(self, n):
        p = n["p"]
        if 0 < p < 1:
            loss = -(3 * math.log(p) + math.log(1 - p)) / 4
            slope = -(3 / p - 1 / (1 - p)) / 4
            self.same([n["loss"], n["slope"], n["next"]], [loss, slope, p - n["rate"] * slope], "slope")
        else:
            self.same(n["loss"], math.nan, "loss beyond the hill")

    def test_slope(self):
        self.open("slope")
        start = self.numbers()
        self.same([start["loss"], start["slope"]], [math.log(2), -1], "as in the lesson")
        self.check_slope(self.drag("knob", 150, 0))
        self.check_slope(self.key("knob", Keys.ARROW_LEFT))
        self.check_slope(self.press("Start again"))
        stepped = self.press("Step downhill")
        self.same(stepped["p"], 0.6, "one step")
        self.check_slope(stepped)
        # What the words below promise.
        self.press("Start again")
        self.knob("learning rate", Keys.ARROW_RIGHT, 15)
        self.same(self.press("Step downhill")["p"], 0.75, "one step with a rate of 0.25")
        self.press("Start again")
        self.knob("learning rate", Keys.ARROW_RIGHT, 10)
        places = [self.press("Step downhill")["p"] for _ in range(6)]
        self.assertTrue(all((a > 0.75) != (b > 0.75) for a, b in zip(places, places[1:])), places)
        self.press("Start again")
        self.knob("learning rate", Keys.ARROW_RIGHT, 25)
        off = self.press("Step downhill")
        self.check_slope(off)
        self.assertIn("Off the hill", self.shown())

    def check_chain(self, n, w, b, h):
        x = n["x"]
        u = w * x + b
        self.same(n["values"], [x, u, u * u], "values")
        self.same(n["grads"], [2 * u * w, 2 * u, 1], "gradients")
        self.same(n["links"], [w, 2 * u], "slopes of the links")
        v = w * (x + h) + b
        self.same(n["nudged"], [x + h, v, v * v], "nudged")
        self.same(n["measured"][2], (v * v - u * u) / h, "measured")

    def test_chain(self):
        self.open("chain")
        start = self.numbers()
        self.same(start["grads"], [6, 2, 1], "as in the lesson")
        self.check_chain(start, 3, 1, 0.1)
        self.check_chain(self.drag("x", -60, 0), 3, 1, 0.1)
        self.check_chain(self.key("x", Keys.ARROW_LEFT), 3, 1, 0.1)
        small = self.knob("nudge of x", Keys.HOME)
        self.check_chain(small, 3, 1, 0.001)
        self.assertLess(abs(small["measured"][2] - small["grads"][0]), 0.01, "a small nudge agrees")
        self.check_chain(self.knob("u is x times", Keys.ARROW_LEFT), 2.5, 1, 0.001)

    def check_backward(self, n):
        a = n["a"]
        d = 3 * a
        data = {"a": a, "d": d, "e": d + 1, "y": d * (d + 1)}
        grads = {"a": 0, "d": 0, "e": 0, "y": 1}
        for name in n["order"]:
            for child, slope in {"y": [("d", data["e"]), ("e", data["d"])], "e": [("d", 1)], "d": [("a", 3)]}[name]:
                grads[child] += slope * grads[name]
        for name in "adey":
            self.same(n["data"][name], data[name], name)
            self.same(n["grads"][name], grads[name], f"gradient of {name}")
        self.same(n["right"]["a"], 18 * a + 3, "what backward() finds")

    def test_backward(self):
        def turns(order):
            for name in order:
                self.driver.find_element(By.CSS_SELECTOR, f'[data-turn="{name}"]').click()
            numbers = self.numbers()
            self.check_backward(numbers)
            return numbers

        self.open("backward")
        self.assertEqual(turns("yed")["grads"]["a"], 39)
        self.assertIn("✓ a has 39", self.shown())
        self.press("Start again")
        self.assertEqual(turns("yde")["grads"]["a"], 21)
        self.assertIn("✗ a has 21, and should have 39", self.shown())
        for order in ["eyd", "edy", "dey", "dye"]:
            self.press("Start again")
            self.assertNotEqual(turns(order)["grads"]["a"], 39)
            self.assertIn("✗", self.shown())
            count("wrong orders shown wrong")
        self.check_backward(self.drag("a", 60, 0))
        self.check_backward(self.key("a", Keys.ARROW_LEFT))
        self.press("As backward() does")
        wait(self.driver, "document.querySelector('.piece').parentElement.numbers.order.length === 3")
        self.check_backward(self.numbers())
        # With a keyboard only.
        self.press("Start again")
        for name in "yed":
            self.driver.find_element(By.CSS_SELECTOR, f'[data-turn="{name}"]').send_keys(Keys.ENTER)
        self.assertEqual(self.numbers()["order"], ["y", "e", "d"])

    def check_softmax(self, n):
        logits = [(x + n["shift"]) / n["temperature"] for x in n["logits"]]
        self.same(n["scaled"], logits, "logits")
        self.same(n["exps"], [math.exp(x - max(logits)) for x in logits], "exponentials")
        self.same(n["shares"], softmax(logits), "shares")

    def test_softmax(self):
        self.open("softmax")
        start = self.numbers()
        self.same(start["shares"], [1 / 2, 1 / 3, 1 / 6], "as in the lesson")
        self.check_softmax(start)
        shifted = self.knob("shift, added to all", Keys.ARROW_RIGHT, 7)
        self.same(shifted["shares"], start["shares"], "the shift changes no share")
        self.assertNotEqual(shifted["scaled"], start["scaled"])
        self.check_softmax(self.drag("score of m", 0, -40))
        self.check_softmax(self.key("score of i", Keys.ARROW_DOWN))
        self.check_softmax(self.knob("temperature, divides all", Keys.ARROW_LEFT, 3))
        self.check_softmax(self.press("2, 0, −1"))

    def check_surprise(self, n):
        surprises = [-math.log(p) if p else math.inf for p in n["probs"]]
        self.same(n["surprises"], surprises, "surprises")
        self.same(n["loss"], sum(surprises) / len(surprises), "loss")
        self.same(n["product"], math.prod(n["probs"]), "chance of the name")

    def test_surprise(self):
        self.open("surprise")
        self.check_surprise(self.numbers())
        self.assertIn("0.9242", self.shown())
        self.check_surprise(self.drag("chance of o, letter 2", -60, 0))
        self.check_surprise(self.key("chance of j, letter 1", Keys.ARROW_LEFT))
        for name in ["emma", "bavo"]:
            self.press({"emma": "emma, by a trained model", "bavo": "bavo, by it"}[name])
            n = self.numbers()
            ids = [BOS] + [LETTERS.index(c) for c in name] + [BOS]
            self.same(n["probs"], [softmax(self.model.logits(ids[:i]))[ids[i]] for i in range(1, len(ids))], name)
            self.check_surprise(n)
        never = self.drag("chance of a, letter 2", -150, 0)
        self.check_surprise(never)
        self.assertIn("never", self.shown())

    def check_attention(self, n):
        scores = [dot(n["q"], k) for k in n["keys"]]
        shares = softmax(scores)
        self.same(n["scores"], scores, "scores")
        self.same(n["shares"], shares, "shares")
        self.same(n["blend"], [dot(shares, column) for column in zip(*n["values"])], "blend")

    def test_attention(self):
        self.open("attention")
        start = self.numbers()
        self.check_attention(start)
        self.same(start["blend"], [0, 0.8807970779778823], "as in the lesson")
        self.check_attention(self.drag("query", -40, -50))
        self.check_attention(self.key("query", Keys.ARROW_UP))
        self.press("emma")
        last = self.key("query", *[Keys.ARROW_RIGHT] * 30, *[Keys.ARROW_UP] * 30)
        self.check_attention(last)
        self.assertEqual(last["shares"].index(max(last["shares"])), 3, "right and up is the last vowel")
        self.check_attention(self.press("bavo"))

    def check_heads(self, n):
        xs = self.model.enter(n["tokens"])[1]
        move = lambda x: [number for quarter in n["quarters"] for number in x[4 * quarter:4 * quarter + 4]]
        also = move if n["movesAll"] else lambda x: x
        q = move(linear(xs[-1], self.model.attn_wq))
        keys = [also(linear(x, self.model.attn_wk)) for x in xs]
        values = [also(linear(x, self.model.attn_wv)) for x in xs]
        shares, found = attend(q, keys, values, int(n["nHead"]))
        self.same(n["q"], q, "query")
        self.same(n["keys"], keys, "keys")
        self.same(n["shares"], shares, "shares")
        self.same(n["found"], found, "what the heads found")

    def test_heads(self):
        self.open("heads")
        start = self.numbers()
        self.check_heads(start)
        self.assertEqual([f"{x:.4f}" for x in start["shares"][0]], ["0.0002", "0.1240", "0.0021", "0.8736"],
                         "as in the lesson")
        slab = self.handle("query slice 0").size["width"]
        swapped = self.drag("query slice 0", slab, 0)
        self.assertEqual(swapped["quarters"], [1, 0, 2, 3])
        self.check_heads(swapped)
        together = self.press("keys and values, too")
        self.check_heads(together)
        self.same(together["shares"][1], start["shares"][0], "a head that moves as a whole finds the same")
        self.check_heads(self.key("query slice 2", Keys.ARROW_RIGHT))
        for heads in ["1", "2", "8", "16"]:
            self.check_heads(self.press(heads))
        self.check_heads(self.press("bavo"))

    def check_residual(self, n):
        rng = random.Random(n["seed"])
        for _ in range(16):
            rng.gauss(0, 1)
        matrices = [[[rng.gauss(0, n["size"]) for _ in range(16)] for _ in range(16)] for _ in range(n["count"])]
        for side, road in [("without", 0), ("having", 1)]:
            rows = [n["x"]]
            for matrix in matrices:
                rows.append([a + road * b for a, b in zip(linear(rows[-1], matrix), rows[-1])])
            grads = [1.0] * 16
            for matrix in reversed(matrices):
                grads = [dot(grads, column) + road * g for column, g in zip(zip(*matrix), grads)]
            first, last = rows[0], rows[-1]
            self.same(n[side]["rows"], rows, side)
            self.same(n[side]["gradient"], (dot(grads, grads) / 16) ** 0.5, "gradient")
            self.same(n[side]["likeness"], dot(first, last) / (dot(first, first) * dot(last, last)) ** 0.5, "likeness")

    def test_residual(self):
        self.open("residual")
        start = self.numbers()
        self.check_residual(start)
        self.assertEqual(f"{start['without']['gradient']:.1e}", "8.5e-05", "as in the lesson")
        self.check_residual(self.drag("a number of x", 0, -30))
        self.check_residual(self.key("a number of x", Keys.ARROW_RIGHT, Keys.ARROW_UP))
        self.check_residual(self.knob("layers", Keys.ARROW_RIGHT, 3))
        self.check_residual(self.knob("size of the weights", Keys.ARROW_RIGHT, 22))
        self.check_residual(self.press("Other weights"))

    def check_adam(self, n):
        def path(update):
            place, points = list(n["start"]), []
            for step in range(41):
                steep, flat = place
                points.append({"steep": steep, "flat": flat,
                               "loss": n["times"] / 2 * steep ** 2 + 0.5 * flat ** 2})
                changes = update([n["times"] * steep, flat], step)
                place = [x - change for x, change in zip(place, changes)]
            return points

        m, v = [0, 0], [0, 0]

        def adam(grads, step):
            rate = n["adamRate"] * 0.5 * (1 + math.cos(math.pi * step / 40))
            changes = []
            for i, grad in enumerate(grads):
                m[i] = 0.9 * m[i] + 0.1 * grad
                v[i] = 0.95 * v[i] + 0.05 * grad ** 2
                changes.append(rate * m[i] / (1 - 0.9 ** (step + 1))
                               / ((v[i] / (1 - 0.95 ** (step + 1))) ** 0.5 + 1e-8))
            return changes

        for name, points in [("plain", path(lambda grads, _: [n["plainRate"] * g for g in grads])), ("adams", path(adam))]:
            self.same([[p["steep"], p["flat"], p["loss"]] for p in n[name]],
                      [[p["steep"], p["flat"], p["loss"]] for p in points], name)

    def test_adam(self):
        self.open("adam")
        start = self.numbers()
        self.check_adam(start)
        steeper = self.knob("times as steep across as along", Keys.ARROW_RIGHT)
        self.check_adam(steeper)
        # What the words below promise: plain steps fly out, and Adam goes where it went.
        self.assertGreater(steeper["plain"][-1]["loss"], 1e6)
        for a, b in zip(start["adams"], steeper["adams"]):
            self.assertLess(abs(a["steep"] - b["steep"]) + abs(a["flat"] - b["flat"]), 1e-6)
        self.check_adam(self.drag("start", 80, 60))
        self.check_adam(self.key("start", Keys.ARROW_UP))
        self.check_adam(self.knob("rate of plain steps", Keys.ARROW_RIGHT, 4))
        self.check_adam(self.knob("rate of Adam", Keys.ARROW_LEFT, 3))
        self.press("Race")
        wait(self.driver, "document.querySelector('.piece').parentElement.numbers.shown === 40", 30)

    def check_sampling(self, n):
        tokens = [BOS] + [LETTERS.index(c) for c in n["prefix"]]
        probs = softmax([x / n["temperature"] for x in self.model.logits(tokens)])
        self.same(n["probs"], probs, "shares")
        kept = [0.0] * 27
        for i in sorted(range(27), key=lambda i: -probs[i])[:int(n["k"])]:
            if sum(kept) >= n["p"]:
                break
            kept[i] = probs[i]
        self.same(n["kept"], kept, "what is left")
        if n["dart"]:
            order = sorted(range(27), key=lambda i: (-probs[i], i))
            point = n["dart"]["place"] * sum(kept)
            low = 0
            for i in order:
                if low <= point < low + kept[i]:
                    self.assertEqual(n["dart"]["id"], i, "the dart's letter")
                low += kept[i]
            count("darts followed")

    def test_sampling(self):
        self.open("sampling")
        self.check_sampling(self.numbers())
        first = self.press("Draw a letter")
        self.check_sampling(first)
        self.same(first["dart"]["place"], random.Random(42).random(), "Python's first dart")
        wait(self.driver, "document.querySelector('.piece').parentElement.numbers.dart === null")
        self.check_sampling(self.press("Start again"))
        cut = self.drag("top-k", -300, 0)
        self.assertLess(cut["k"], 27)
        self.check_sampling(cut)
        self.check_sampling(self.key("top-k", Keys.ARROW_LEFT))
        self.check_sampling(self.knob("top-p", Keys.ARROW_LEFT, 4))
        self.check_sampling(self.knob("temperature", Keys.ARROW_LEFT, 3))
        done = self.press("Finish the name")
        self.check_sampling(done)
        self.assertEqual(len(done["drawn"]), 1)
        self.assertIn(done["drawn"][0], self.shown())
        field = self.driver.find_element(By.CSS_SELECTOR, ".prefix")
        field.clear()
        field.send_keys("Bav7o")
        typed = self.numbers()
        self.assertEqual(typed["prefix"], "bavo")
        self.check_sampling(typed)


if __name__ == "__main__":
    unittest.main()
