"""Opens the HTML pages in headless Chromium, and uses them like a reviewer.

usage: python3 pages.py FOLDER ARTEFACTS AXE

FOLDER has the pages. Screenshots and measured times are written to ARTEFACTS. AXE is the script of
axe-core. Exits 1 and prints the reasons if a page does not work.
"""

import json
import pathlib
import sys
import tempfile
import traceback

import diff
import fleet
import report
from browser import Browser

SIZES = {"desktop": (1280, 800), "phone": (360, 740)}
ALL_LOOKS = [(size, scheme) for size in SIZES for scheme in ("light", "dark")]

# Words of names and numbers, of which each should be on one line. A word that is wider than the
# screen cannot be. The names above columns are vertical.
BROKEN_WORDS = r"""
const broken = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const text = walker.currentNode;
  if (text.parentElement.closest("script, noscript, .hidden-label, .router") || !text.parentElement.checkVisibility()) continue;
  for (const word of text.data.matchAll(/[^\s\/.\-_:,@]+/gu)) {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    const parts = [...range.getClientRects()];
    const width = parts.reduce((sum, part) => sum + part.width, 0);
    if (new Set(parts.map(part => Math.round(part.top))).size > 1 && width < 240) broken.push(word[0]);
  }
}
return broken;
"""

AXE = """
const [rules, done] = arguments;
axe.run(document, { resultTypes: ["violations"], ...rules }).then(results => done(results.violations.map(violation =>
  `${violation.id}: ${violation.nodes.slice(0, 3).map(node => node.html.slice(0, 200)).join(" | ")}`)), error => done([String(error)]));
"""


class Checks:
    """The problems that were found, and what was measured."""

    def __init__(self, browser, folder, artefacts, axe):
        self.browser, self.folder, self.artefacts = browser, folder, artefacts
        self.axe = pathlib.Path(axe).read_text()
        self.page, self.problems, self.figures = None, [], {}

    def open(self, page, fragment=""):
        self.page = page
        # The same document with another fragment would not be loaded again.
        self.browser.open("about:blank")
        self.browser.open(self.url(page) + (f"#{fragment}" if fragment else ""))

    def url(self, page):
        return f"file://{self.folder}/{page}.html"

    def expect(self, what, found, expected):
        if found != expected:
            self.problems.append(f"{self.page}: {what}: expected {expected!r}, found {found!r}")

    def script(self, text, *arguments):
        return self.browser.script(text, *arguments)

    def count(self, selector):
        """Returns the number of visible elements."""
        return self.script("return [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility()).length", selector)

    def text(self, selector):
        return self.script("return document.querySelector(arguments[0])?.innerText ?? null", selector)

    def focus(self):
        return self.script("return document.activeElement.id || document.activeElement.innerText")

    def parameters(self):
        return self.script("return Object.fromEntries(new URLSearchParams(location.hash.slice(1)))")

    def filter(self, text):
        """Sets the filter as a user does, and returns the milliseconds until the page is laid out."""
        return self.script("""
            const field = document.getElementById("filter");
            const before = performance.now();
            field.value = arguments[0];
            field.dispatchEvent(new Event("input"));
            document.body.getBoundingClientRect();
            return performance.now() - before;""", text)

    def first_paint(self):
        return self.script("return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null")

    def is_accessible(self, what, scheme):
        # The colour scheme only changes the contrast.
        rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}
        self.script(f"{self.axe}; return 0;")
        self.expect(f"violations of axe-core, {what}", self.browser.wait_script(AXE, rules), [])

    def fits(self, what):
        # On a phone, the browser makes the window as wide as the page.
        self.expect(f"width of the page, {what}", self.script("return document.documentElement.scrollWidth"), self.browser.width)
        self.expect(f"words on two lines, {what}", self.script(BROKEN_WORDS), [])

    def appearance(self, page, fragment="", name=None, looks=None, prepare=None):
        """Checks a page in all sizes and colours, and makes screenshots of it.

        `looks` are the sizes and colours, if not all of them. Accessibility is then checked once.
        """
        for size, scheme in looks or ALL_LOOKS:
            self.browser.look(*SIZES[size], scheme)
            self.open(page, fragment)
            if prepare:
                prepare()
            what = f"{size}, {scheme}"
            self.fits(what)
            if not looks or (size, scheme) == looks[0]:
                self.is_accessible(what, scheme)
            self.browser.screenshot(self.artefacts / f"{name or page}-{size}-{scheme}.png", full=True)
        self.browser.look(*SIZES["desktop"])

    def paper(self, page, inspect=lambda: None):
        """Checks that nothing is folded on paper, and makes a screenshot of it."""
        self.open(page)
        self.browser.look(800, 1100, media="print")
        self.script("dispatchEvent(new Event('beforeprint'))")
        self.expect("folded lists on paper", self.script("return document.querySelectorAll('details:not([open])').length"), 0)
        inspect()
        self.browser.screenshot(self.artefacts / f"{page}-print.png", full=True)
        self.script("dispatchEvent(new Event('afterprint'))")
        self.browser.look(*SIZES["desktop"])

    def hostile(self, page, inspect=lambda: None):
        """Checks that the hostile names of a page are text, and fit a phone."""
        self.browser.look(*SIZES["phone"])
        self.open(page)
        self.fits("hostile names")
        self.expect("scripts run from names", self.script("return window.forged === undefined"), True)
        self.expect("elements from names", self.script("return document.querySelectorAll('img, iframe, script + script + script').length"), 0)
        inspect()
        self.browser.screenshot(self.artefacts / f"{page}-phone-light.png", full=True)
        self.browser.look(*SIZES["desktop"])

    def is_closed(self):
        """Checks that nothing was requested, and nothing was logged."""
        ours = ("file://" + str(self.folder), "data:", "chrome:", "about:")
        self.expect("requests", [url for url in self.browser.requests() if not url.startswith(ours)], [])
        self.expect("console messages", [entry["message"] for entry in self.browser.log("browser")], [])


def main():
    folder, artefacts, axe = sys.argv[1:]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        try:
            checks = Checks(browser, pathlib.Path(folder).resolve(), pathlib.Path(artefacts), axe)
            for check in (diff.check, report.check, fleet.check, Checks.is_closed):
                try:
                    check(checks)
                except (RuntimeError, AttributeError, TypeError, IndexError):
                    # What was found so far explains it.
                    checks.problems.append(traceback.format_exc())
        finally:
            browser.close()
    figures = json.dumps(checks.figures, indent=2)
    (checks.artefacts / "figures.json").write_text(figures + "\n")
    print("\n".join(checks.problems) or figures)
    sys.exit(1 if checks.problems else 0)


main()
