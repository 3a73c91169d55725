"""Opens a page of `diff --format html` in headless Chromium, and checks it like a reviewer.

usage: python3 diff.py PAGE FILTER MATCHING CHANGES

Exits 1 and prints the reasons if the page contacts another host, does not fit a phone, or has a
filter that does not work.
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Browser:
    """A session of WebDriver (W3C), reduced to the commands that this script needs."""

    def __init__(self, profile):
        port = free_port()
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL)
        self.base = f"http://127.0.0.1:{port}"
        options = {
            "args": [*ARGUMENTS, f"--user-data-dir={profile}"],
            "mobileEmulation": {"deviceMetrics": {"width": 360, "height": 640, "pixelRatio": 2}},
        }
        capabilities = {"goog:chromeOptions": options, "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"}}
        session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}}, tries=100)
        self.base += "/session/" + session["sessionId"]

    def call(self, method, path, body=None, tries=1):
        data = None if body is None else json.dumps(body).encode()
        for left in reversed(range(tries)):
            try:
                request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
                with urllib.request.urlopen(request, timeout=120) as answer:
                    return json.load(answer)["value"]
            except (ConnectionError, urllib.error.URLError):
                if not left:
                    raise
                time.sleep(0.1)

    def script(self, text):
        return self.call("POST", "/execute/sync", {"script": text, "args": []})

    def log(self, kind):
        return self.call("POST", "/se/log", {"type": kind})

    def close(self):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.kill()


def look(browser, page, wanted, matching, changes):
    # The requests of the browser's own first page do not count.
    browser.call("POST", "/url", {"url": "about:blank"})
    browser.log("performance")
    browser.call("POST", "/url", {"url": "file://" + page})
    visible = "return [...document.querySelectorAll('.change')].filter(e => !e.hidden).length"
    problems = []

    def expect(what, found, expected):
        if found != expected:
            problems.append(f"{what}: expected {expected!r}, found {found!r}")

    expect("changes shown at first", browser.script(visible), changes)
    field = browser.call("POST", "/element", {"using": "css selector", "value": "#filter"})[ELEMENT]
    browser.call("POST", f"/element/{field}/value", {"text": wanted})
    expect("changes that match", browser.script(visible), matching)
    expect("nodes that match", browser.script("return [...document.querySelectorAll('.node')].filter(e => !e.hidden).length"), matching)
    expect("count that the filter shows", browser.script("return document.getElementById('shown').textContent.split(' ')[0]"), str(matching))
    expect("width beyond the screen", browser.script("return document.documentElement.scrollWidth - window.innerWidth"), 0)
    expect("scripts run from names", browser.script("return window.forged === undefined"), True)
    expect("elements from names", browser.script("return document.querySelectorAll('img, iframe, body script + script').length"), 0)
    requests = [json.loads(entry["message"])["message"] for entry in browser.log("performance")]
    urls = [r["params"]["request"]["url"] for r in requests if r["method"] == "Network.requestWillBeSent"]
    expect("requests", [url for url in urls if not url.startswith(("file://" + page, "data:", "chrome:"))], [])
    expect("console messages", [entry["message"] for entry in browser.log("browser")], [])
    return problems


def main():
    page, wanted, matching, changes = sys.argv[1:]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        try:
            problems = look(browser, page, wanted, int(matching), int(changes))
        finally:
            browser.close()
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


main()
