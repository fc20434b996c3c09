"""The tab Step: every line is a stop, and every number is that of the native program."""
import json
import math
import subprocess
import tempfile
import unittest
from pathlib import Path

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

import browser
from browser import PROJECT, PageTest, count, lab, open_page, wait

SOURCE = (PROJECT / "Sources" / "MicroGPT" / "MicroGPT.swift").read_text().split("\n")

# musl's exp, log and pow, in the page, round the last bit otherwise than glibc's; a few hundred
# operations make of that far less than this. Relative to the number, or to 1.
TOLERANCE = 1e-12

STEPS = 100  # of training before: the page begins there, too


def executable_lines():
    """The lines of the functions of a training step that do something: found from the text alone, as a
    reader would find them. Not comments, not what only closes a block; the head of a function counts,
    since a call stops there to show what it was given."""
    found = set()
    for name in ["trainStep", "loss", "forward", "rmsnorm", "linear", "softmax", "backward", "update"]:
        start = next(n for n, line in enumerate(SOURCE)
                     if line.lstrip().startswith(("public func " + name + "(", "public mutating func " + name + "(")))
        depth, n = 0, start
        while True:
            line = SOURCE[n].split("//")[0].strip()
            depth += line.count("{") - line.count("}")
            if line.strip("{} "):
                found.add(n + 1)
            if depth == 0:
                break
            n += 1
    return found


def native(*arguments):
    """Numbers of the native program, as lists."""
    if not native.program:
        native.folder = tempfile.TemporaryDirectory()
        native.program = Path(native.folder.name, "native")
        subprocess.run(
            ["swiftc", "-O", "-swift-version", "6", "-parse-as-library", "-o", native.program,
             PROJECT / "Sources/MicroGPT/MicroGPT.swift", PROJECT / "Sources/PythonRandom/PythonRandom.swift",
             PROJECT / "Tests/PageTests/native.swift"], check=True)
    done = subprocess.run([native.program, *map(str, arguments)], cwd=PROJECT, check=True,
                          capture_output=True, text=True)
    keys = ["data", "grads", "locals", "params", "paramGrads", "after", "m", "v"]
    return {key: [float(x) for x in line.split()] for key, line in zip(keys, done.stdout.split("\n"))}


native.program = None

# All numbers of the page's graph in the order of native.swift.
GRAPH = """
const t = step.trace, met = new Set(), order = [], stack = [t.items(t.ends.forward)[0].ids[0]];
const last = t.find(0, (s) => t.of(s).function === "trainStep" && !t.isEntry(s));
stack[0] = t.items(last)[0].ids[0];
while (stack.length) {
  const id = stack.pop();
  if (met.has(id)) continue;
  met.add(id);
  order.push(id);
  stack.push(...[...t.childrenOf(id)].reverse());
}
const n = t.paramCount;
return { order, data: order.map((id) => t.data[id]), grads: order.map((id) => t.finalGrad[id]),
  locals: order.flatMap((id) => [...t.localsOf(id)]), params: [...t.data.subarray(0, n)],
  paramGrads: [...t.finalGrad.subarray(0, n)],
  after: [...t.after.subarray(0, n)], m: [...t.after.subarray(n, 2 * n)], v: [...t.after.subarray(2 * n)] };
"""


class StepTest(PageTest):
    def run_script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def begin(self, steps=STEPS, name="emma"):
        open_page(self.driver, "step")
        wait(self.driver, "window.step !== undefined")
        if steps != STEPS:
            self.set("input[type=range]", steps)
        self.set("input", name)

    def set(self, selector, value):
        self.run_script("""const input = document.querySelector(".step-head " + arguments[0]);
            input.value = arguments[1]; input.dispatchEvent(new Event("input"))""", selector, value)

    def choose(self, model):
        self.run_script("""const select = document.querySelector(".step-head select");
            select.value = arguments[0]; select.dispatchEvent(new Event("change"))""", model)

    def assertSame(self, found, expected, what):
        self.assertEqual(len(found), len(expected), what)
        for k, (a, b) in enumerate(zip(found, expected)):
            if not abs(a - b) <= TOLERANCE * max(1, abs(b)):
                self.fail(f"{what}, number {k}: {a} in the page, {b} native")

    def assertStepIsNative(self, *arguments):
        """All numbers, gradients and local derivatives, and what Adam made of the parameters."""
        page, own = self.run_script(GRAPH), native(*arguments)
        for key, expected in own.items():
            self.assertSame(page[key], expected, f"{arguments}: {key}")
        count("numbers of graphs compared", len(own["data"]))
        count("gradients compared", len(own["grads"]) + len(own["paramGrads"]))
        count("local derivatives compared", len(own["locals"]))
        count("parameters and moments after Adam compared", 3 * len(own["after"]))
        return page, own

    def test_every_executable_line_is_a_stop_and_has_a_sentence(self):
        self.begin()
        lines, stops = self.run_script("""const t = step.trace, lines = new Set();
            for (let s = 0; s < t.count; s++) lines.add(t.line(s)); return [[...lines], t.count]""")
        self.assertEqual(sorted(lines), sorted(executable_lines()))
        count("lines that are stops", len(lines))
        count("stops of emma", stops)
        notes = self.run_script("""const t = step.trace, notes = {};
            for (const phase of Object.keys(step.state.grains)) step.state.grains[phase] = "every";
            for (const line of arguments[0]) { step.go(t.find(0, (s) => t.line(s) === line));
              notes[line] = document.querySelector(".step-note").textContent; }
            return notes""", sorted(lines))
        self.assertEqual([line for line in lines if len(notes[str(line)]) < 10], [], "without a sentence")
        self.assertEqual([notes[n] for n in notes if "undefined" in notes[n] or "NaN" in notes[n]], [])
        keys = self.run_script("return step.notes")
        stale = [key for key in keys if key not in [line.strip() for line in SOURCE]]
        self.assertEqual(stale, [], "sentences for lines that are not in the file")

    def test_the_copy_is_not_made_of_what_is_not_understood(self):
        """A line that could not become a stop ends the build, and names the line."""
        tool = PROJECT / "Sources/Page/Stepped/instrument"
        text = "\n".join(SOURCE)
        for old, new in [
            ("        let tokEmb = wte[tokenID]", "        let (tokEmb, other) = (wte[tokenID], 1)"),
            ("        x = rmsnorm(x)\n        for", "        switch posID { default: x = rmsnorm(x) }\n        for"),
            ("        return linear(x, lmHead)", "        defer { print(x.count) }\n        return linear(x, lmHead)"),
            ("                xAttn += headOut", "                if let first = headOut.first { xAttn.append(first) }"),
            ("public func softmax(_ logits: [Value]) -> [Value] {", "public func softmax(\n    _ logits: [Value]) -> [Value] {"),
            ("    private var isVisited = false", "    private var met = false"),
        ]:
            self.assertEqual(text.count(old), 1, old)
            with tempfile.TemporaryDirectory() as folder:
                Path(folder, "MicroGPT.swift").write_text(text.replace(old, new))
                done = subprocess.run([tool, "MicroGPT.swift", "a.swift", "a.json"], cwd=folder,
                                      capture_output=True, text=True)
                self.assertNotEqual(done.returncode, 0, new)
                self.assertRegex(done.stderr, "MicroGPT.swift:[ 0-9]", new)
                self.assertFalse(Path(folder, "a.swift").exists())
                count("constructs refused")

    def test_all_numbers_shown_at_all_stops_are_the_native_ones(self):
        self.begin()
        page, own = self.assertStepIsNative("lesson", STEPS, "emma")
        value = dict(zip(page["order"], own["data"]))
        gradient = dict(zip(page["order"], own["grads"]))
        shown = self.run_script("""const t = step.trace, all = []; step.state.showsGradients = true;
            step.state.grains.forward = "every";
            for (let s = 0; s <= t.ends.forward; s++) { step.go(s); all.push(step.shown()); }
            return all""")
        numbers, gradients = 0, 0
        for stop in shown:
            for cell in stop["numbers"]:
                if cell["id"] in value:
                    self.assertSame([cell["value"]], [value[cell["id"]]], f"line {stop['line']}, {cell['name']}")
                    self.assertSame([cell["grad"]], [gradient[cell["id"]]], f"gradient, line {stop['line']}, {cell['name']}")
                    numbers, gradients = numbers + 1, gradients + 1
        self.assertGreater(numbers, 10_000)
        count("stops of the forward pass looked at", len(shown))
        count("numbers shown compared", numbers)
        count("gradients compared", gradients)

        # Every turn of `backward`: the gradient of the number whose turn it is is complete.
        turns = self.run_script("""const t = step.trace;
            return t.turnStarts.backward.map((s, k) => { t.moveTo(s); return [t.turnNodes[k], t.grad[t.turnNodes[k]]]; })""")
        for node, found in turns:
            self.assertSame([found], [gradient[node]], f"the turn of number {node}")
        self.assertEqual(len({node for node, _ in turns}), len(turns))
        count("turns compared", len(turns))
        # And as shown, at some of them: the children with value and local derivative.
        cards = self.run_script("""const t = step.trace, all = [];
            for (let k = 0; k < t.turnNodes.length; k += 37) { step.go(t.snap(t.turnStarts.backward[k], "turn"));
              all.push([...document.querySelectorAll(".turn tr")].slice(1).map((row) =>
                [row.querySelector("[data-id]").dataset.id, ...[...row.querySelectorAll("td")].map((td) => td.dataset.value)].map(Number))); }
            return all""")
        for rows in cards:
            for node, data, *_ in rows:
                self.assertSame([data], [value[node]], f"a child, number {node}")
        self.assertGreater(sum(map(len, cards)), 500)
        count("numbers shown compared", sum(map(len, cards)))

    def test_all_named_numbers_are_those_of_lab_trace(self):
        with tempfile.TemporaryDirectory() as folder:
            model = Path(folder, "model.safetensors")
            trained = lab("train", "--quiet", "--samples", "1", "--stop-after", str(STEPS), "--save", str(model))
            self.assertEqual(trained.returncode, 0, trained.stderr)
            trace = json.loads(lab("trace", "emma", "--load", str(model), "--json").stdout)
        self.begin()
        page = self.run_script("""const t = step.trace, all = [];
            const { position, layer, head } = t.context;
            for (let s = 0; s <= t.ends.forward; s++) for (const item of t.items(s)) if (item.ids) all.push({
              line: t.line(s), position: position[s], layer: layer[s], head: head[s], entry: t.isEntry(s),
              values: [...item.ids].map((id) => t.data[id]) });
            return all""")
        compared = 0
        for position in trace["positions"]:
            for made in position["steps"]:
                there = [stop for stop in page if stop["position"] == position["posID"]
                         and stop["layer"] == made.get("layer", -1) and made.get("head") in (None, stop["head"])
                         and not stop["entry"] and made["statement"] in SOURCE[stop["line"] - 1]]
                if made["statement"].startswith("losses.append"):
                    there[0]["values"] = there[0]["values"][-1:]
                values = made["values"]
                self.assertTrue(any(len(stop["values"]) == len(values) and all(
                    math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE) for a, b in zip(stop["values"], values))
                    for stop in there), f"position {position['posID']}: {made['statement']}")
                compared += len(values)
        count("numbers of lab trace compared", compared)

    def test_another_letter_and_another_parameter_are_followed(self):
        self.begin()
        self.set("input", "emmy")
        self.assertStepIsNative("lesson", STEPS, "emmy")
        self.assertIn("difference", self.run_script("""const t = step.trace;
            step.go(t.find(0, (s) => t.of(s).names[0] === "probs" && t.context.position[s] === 4));
            return document.querySelector(".step-made").textContent"""))
        same = self.run_script("""const t = step.trace;
            step.go(t.find(0, (s) => t.of(s).names[0] === "probs" && t.context.position[s] === 2));
            return document.querySelector(".step-made").textContent""")
        self.assertIn("the same as before", same)
        self.run_script("step.edit(100, 0.75)")
        self.run_script("step.edit(1000, -0.5)")
        self.assertStepIsNative("lesson", STEPS, "emmy", "100=0.75", "1000=-0.5")
        self.assertIn("You changed", self.run_script("return document.querySelector('.step-summary').textContent"))

    def test_documents_follow_each_other_as_in_the_training(self):
        self.begin()
        self.run_script("document.querySelector('.step-head [type=checkbox]').click()")
        names = []
        self.run_script("step.state.grains.forward = 'document'; document.activeElement.blur()")
        for steps in range(STEPS, STEPS + 3):
            names.append(self.run_script("return step.trace.name"))
            self.assertStepIsNative("lesson", steps, names[-1])
            ActionChains(self.driver).send_keys(Keys.ARROW_RIGHT).perform()
        # After one document, its parameters are those of the next before it.
        page = self.run_script("step.go(step.trace.count - 1); return [step.trace.name, [...step.trace.after]]")
        ActionChains(self.driver).send_keys(Keys.ARROW_RIGHT).perform()
        after = self.run_script("return [step.trace.name, [...step.trace.data.subarray(0, step.trace.paramCount)], step.state.stop]")
        self.assertNotEqual(page[0], after[0])
        self.assertEqual(page[1][:len(after[1])], after[1])
        self.assertEqual(after[2], 0)

    def test_fresh_and_trained_models_and_both_presets(self):
        self.begin(0, "yuki")
        self.assertStepIsNative("lesson", 0, "yuki")
        self.set("input[type=range]", 260)
        self.set("input[type=range]", 130)
        self.assertStepIsNative("lesson", 130, "yuki")
        self.choose("gist")
        self.assertStepIsNative("gist", 130, "yuki")
        self.set("input", "christopherson")
        self.assertStepIsNative("gist", 130, "christopherson")

    def test_a_page_that_lab_explore_wrote_and_other_models(self):
        with tempfile.TemporaryDirectory() as folder:
            model, page = Path(folder, "model.safetensors"), Path(folder, "page.html")
            lab("train", "--quiet", "--samples", "1", "--stop-after", str(STEPS), "--save", str(model))
            done = lab("explore", "kamala", "--load", str(model), "--save", str(page))
            self.assertEqual((done.returncode, done.stderr), (0, f"{page}: written\n"))
            usual, browser.PAGE = browser.PAGE, page
            try:
                open_page(self.driver)
                self.assertEqual(self.run_script("return document.querySelector('.step-head input').value"), "kamala")
                self.assertStepIsNative("lesson", STEPS, "kamala")
                # What the tab Train has trained is the same as such a file.
                self.run_script("engine.setModel(step.state.given, 100)")
                self.choose("own")
                self.set("input", "emma")
                self.assertStepIsNative("lesson", STEPS, "emma")
                # The model of the lessons' longer training.
                self.choose("long")
                longer = json.loads(lab("trace", "emma", "--load", "Lessons/4-attention/longer.safetensors", "--json").stdout)
                self.assertSame([self.run_script("return step.trace.loss")], [longer["loss"]], "the loss after 20,000 names")
                self.driver.get("about:blank")
                self.assertEqual(browser.requests(self.driver), [])
            finally:
                browser.PAGE = usual
        count("pages of lab explore opened")

    def test_what_cannot_be_taken_says_so_and_changes_nothing(self):
        self.begin()
        before = self.run_script("return step.trace.loss")
        self.set("input", "Émile")
        self.assertIn("É", self.run_script("return document.querySelector('.step-error').textContent"))
        self.assertEqual(before, self.run_script("return step.trace.loss"))
        self.set("input", "")
        self.assertEqual("", self.run_script("return document.querySelector('.step-error').textContent"))
        self.assertGreater(self.run_script("return step.trace.count"), 1000)

    def test_the_keyboard_alone_reaches_everything(self):
        self.begin()

        def press(*keys):
            for key in keys:
                ActionChains(self.driver).send_keys(key).perform()

        def focused(expression):
            return self.run_script(f"const e = document.activeElement; return {expression}")

        def tab_to(expression, most=60):
            for _ in range(most):
                press(Keys.TAB)
                if focused(expression):
                    return
            self.fail(f"not reached by the tab key: {expression}")

        self.run_script("document.activeElement.blur(); scrollTo(0, 0)")
        notes = []
        for _ in range(10):
            notes.append(self.run_script("return document.querySelector('.step-note').textContent"))
            press(Keys.ARROW_RIGHT)
        self.assertTrue(all(a and a != b for a, b in zip(notes, notes[1:])), notes)
        where = self.run_script("return step.state.stop")
        press(Keys.ARROW_LEFT)
        press(Keys.ARROW_RIGHT)
        self.assertEqual(self.run_script("return step.state.stop"), where)
        for element in ["e.matches('.step-head input:not([type])')", "e.matches('.step-head select')",
                        "e.matches('.step-head [type=range]')", "e.matches('.step-head [type=checkbox]')"]:
            tab_to(element)
        # A number, another one in its row, and what it was made from.
        tab_to("e.matches('button.num')")
        first = focused("e.dataset.id")
        press(Keys.ARROW_RIGHT)
        self.assertNotEqual(focused("e.dataset.id"), first)
        press(Keys.ENTER)
        self.assertIn("Where", self.run_script("return document.querySelector('.step-card').textContent"))
        press(Keys.ESCAPE)
        self.assertIsNone(self.run_script("return document.querySelector('.step-card')"))
        # From the bar: the size of a step, and a stop in the backward pass.
        self.assertTrue(focused("e.closest('.step-scrub') !== null"))
        tab_to("e.name === 'step-grain'")
        press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
        self.assertEqual(self.run_script("return step.state.grains.forward"), "position")
        self.run_script("document.activeElement.blur()")
        for _ in range(9):
            press(Keys.ARROW_RIGHT)
        self.assertIn(self.run_script("return step.trace.phase(step.state.stop)"), ["order", "backward"])
        # A parameter, in the picture of its matrix, and another value for it.
        tab_to("e.matches('canvas.matrix')")
        press(Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ENTER)
        tab_to("e.matches('.change input')")
        ActionChains(self.driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys("0.5").send_keys(Keys.ENTER).perform()
        self.assertEqual(self.run_script("return step.trace.data[17]"), 0.5)
        count("things done by keyboard alone", 12)

    def test_scrubbing_is_smooth(self):
        self.begin()
        times = self.run_script("""const t = step.trace, times = [];
            for (let tick = 0; tick < 60; tick++) { const begun = performance.now();
              step.go(t.snap(Math.floor(tick / 60 * t.count), "turn")); times.push(performance.now() - begun); }
            const begun = performance.now(); const n = document.querySelector(".step-head input");
            n.value = "anna"; n.dispatchEvent(new Event("input"));
            return [times.sort((a, b) => a - b)[30], times.at(-1), performance.now() - begun]""")
        print("a scrub: median %.0f ms, longest %.0f; another name: %.0f ms" % tuple(times))
        self.assertLess(times[0], 200)  # the machine may be busy; on a quiet one it is about 20


if __name__ == "__main__":
    unittest.main(verbosity=2)
