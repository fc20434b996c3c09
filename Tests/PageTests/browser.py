"""The page in headless Chromium, opened from disk, with its console and its requests watched.

Needs Debian's chromium and chromium-driver, and selenium from PyPI.
"""
import atexit
import base64
import json
import os
import shutil
import subprocess
import unittest
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

PROJECT = Path(__file__).resolve().parent.parent.parent
FIXTURES = PROJECT / "Tests" / "Fixtures"
PAGE = Path(os.environ.get("PAGE", PROJECT / "Lessons" / "microgpt.html")).resolve()
PATIENCE = 120  # seconds until something that should happen is taken not to; the machine may be busy

counts = {}


def count(what, number=1):
    """Adds to what is printed when all tests are done."""
    counts[what] = counts.get(what, 0) + number


@atexit.register
def print_counts():
    for what, number in counts.items():
        print(f"{what}: {number}")


def open_browser(width=1200, height=900, dark=False, downloads=None):
    """A new browser with an empty profile."""
    for program in ("chromium", "chromedriver"):
        if not shutil.which(program):
            raise SystemExit("on Debian: apt-get install chromium chromium-driver")
    options = Options()
    options.binary_location = shutil.which("chromium")
    for flag in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                 "--disable-background-networking", "--disable-component-update",
                 "--force-color-profile=srgb", f"--window-size={width},{height}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    if downloads:
        options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_script_timeout(PATIENCE)
    look(driver, width, height, dark)
    return driver


def look(driver, width, height=900, dark=False, still=False):
    """Another size of the window, another scheme of colours, and whether motion is unwanted."""
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
        {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
        {"name": "prefers-reduced-motion", "value": "reduce" if still else "no-preference"}]})


def open_page(driver, place=""):
    """Opens the page at a place of it, anew, and waits until it is ready."""
    driver.get("about:blank")
    driver.get(f"{PAGE.as_uri()}#{place}")
    wait(driver, "document.documentElement.dataset.ready !== undefined")


def wait(driver, condition, seconds=PATIENCE):
    """Waits until an expression in JavaScript holds, and gives its value."""
    return WebDriverWait(driver, seconds, poll_frequency=0.05).until(
        lambda _: driver.execute_script(f"return {condition}"), f"waited for: {condition}")


def screenshot(driver, path, whole=True):
    """A picture of the window, or of the whole page."""
    picture = driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": whole})
    Path(path).write_bytes(base64.b64decode(picture["data"]))


def requests(driver):
    """What the page has asked for since the last time, beside itself and what is inside it."""
    found = []
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = message["params"]["request"]["url"]
            if url.split("#")[0] != PAGE.as_uri() and not url.startswith(("data:", "blob:", "about:")):
                found.append(url)
    return found


def lab(*arguments, **options):
    """Runs the native program."""
    program = PROJECT / ".build" / "release" / "lab"
    if not program.exists():
        program = PROJECT / ".build" / "debug" / "lab"
    return subprocess.run([program, *arguments], cwd=PROJECT, capture_output=True, text=True, **options)


class PageTest(unittest.TestCase):
    """A test with a browser of its own, that fails if anything was written to the console as an
    error, or if anything was asked of the network."""

    @classmethod
    def setUpClass(cls):
        cls.driver = open_browser()
        cls.addClassCleanup(cls.driver.quit)

    def setUp(self):
        self.driver.get_log("browser")
        self.driver.get_log("performance")

    def tearDown(self):
        errors = [entry["message"] for entry in self.driver.get_log("browser")
                  if entry["level"] in ("SEVERE", "WARNING")]
        self.assertEqual(errors, [], "in the console")
        self.assertEqual(requests(self.driver), [], "asked of the network")
        count("tests without a request or a console error")
