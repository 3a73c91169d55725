"""A session with headless Chromium, by WebDriver (W3C) and the commands of DevTools."""

import base64
import json
import socket
import subprocess
import time
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--hide-scrollbars", "--force-color-profile=srgb",
]
KEYS = {"Escape": "\ue00c", "Tab": "\ue004", "Enter": "\ue007", "Up": "\ue013", "Down": "\ue015", "Left": "\ue012", "Right": "\ue014", "End": "\ue010", "Home": "\ue011"}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Browser:
    """A session, reduced to the commands that the tests need."""

    def __init__(self, profile):
        port = free_port()
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL)
        self.base = f"http://127.0.0.1:{port}"
        options = {"args": [*ARGUMENTS, f"--user-data-dir={profile}"]}
        capabilities = {"goog:chromeOptions": options, "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"}}
        session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}}, tries=100)
        self.base += "/session/" + session["sessionId"]
        # The requests of the browser's own first page do not count.
        self.open("about:blank")
        self.log("performance")

    def call(self, method, path, body=None, tries=1):
        data = None if body is None else json.dumps(body).encode()
        for left in reversed(range(tries)):
            try:
                request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
                with urllib.request.urlopen(request, timeout=120) as answer:
                    return json.load(answer)["value"]
            except urllib.error.HTTPError as error:
                raise RuntimeError(f"{method} {path}: {error.read().decode()[:2000]}") from error
            except (ConnectionError, urllib.error.URLError):
                if not left:
                    raise
                time.sleep(0.1)

    def open(self, url):
        self.call("POST", "/url", {"url": url})

    def script(self, text, *arguments):
        return self.call("POST", "/execute/sync", {"script": text, "args": list(arguments)})

    def wait_script(self, text, *arguments):
        """Runs a script that calls its last argument when it is done."""
        return self.call("POST", "/execute/async", {"script": text, "args": list(arguments)})

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def keys(self, *keys):
        """Presses keys where the focus is."""
        actions = []
        for key in keys:
            value = KEYS.get(key, key)
            actions += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def click(self, selector):
        found = self.call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]
        self.call("POST", f"/element/{found}/click", {})

    def look(self, width, height, scheme="light", media=""):
        """Sets the size of the screen in CSS pixels, the colour scheme and the medium."""
        self.width = width
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
        self.devtools("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, file, full=False):
        parameters = {"format": "png"}
        if full:
            # What stays in view would be in the middle of the picture.
            self.script("scrollTo(0, 0)")
            size = self.devtools("Page.getLayoutMetrics")["cssContentSize"]
            parameters["clip"] = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 3500), "scale": 1}
            parameters["captureBeyondViewport"] = True
        with open(file, "wb") as png:
            png.write(base64.b64decode(self.devtools("Page.captureScreenshot", **parameters)["data"]))

    def log(self, kind):
        return self.call("POST", "/se/log", {"type": kind})

    def requests(self):
        """Returns the URLs that were requested since the last call."""
        messages = [json.loads(entry["message"])["message"] for entry in self.log("performance")]
        return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]

    def close(self):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.kill()
