"""A browser by WebDriver (W3C), over the standard library: what the tests of the page need of it."""

import base64
import json
import subprocess
import time
import urllib.error
import urllib.request


class Browser:
    """Headless Chromium at 1280 by 720."""

    def __init__(self):
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.driver.stdout:
            if "started successfully on port" in line:
                self.base = "http://127.0.0.1:" + line.rstrip(".\n").rsplit(" ", 1)[1]
                break
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"]}
        answer = self._call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.session = "/session/" + answer["sessionId"]
        self.command("Emulation.setDeviceMetricsOverride", width=1280, height=720, deviceScaleFactor=1, mobile=False)

    def _call(self, method, path, body=None):
        request = urllib.request.Request(
            self.base + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"].split("\n")[0]) from error

    def _on(self, selector, method, path, body=None):
        """Does something with the element that a selector finds; once more when a new page has just come."""
        for attempt in range(20):
            try:
                found = self._call("POST", self.session + "/element", {"using": "css selector", "value": selector})
                return self._call(method, f"{self.session}/element/{next(iter(found.values()))}{path}", body)
            except RuntimeError as error:
                if attempt == 19 or not self._is_of_another_page(str(error)):
                    raise
                time.sleep(0.1)

    @staticmethod
    def _is_of_another_page(message):
        return "stale element" in message or "does not belong to the document" in message

    def command(self, name, **options):
        """A command of Chromium's own (DevTools)."""
        return self._call("POST", self.session + "/goog/cdp/execute", {"cmd": name, "params": options})

    def scripts(self, are_on):
        """Whether the page may run scripts; the tests' own are not among them."""
        self.command("Emulation.setScriptExecutionDisabled", value=not are_on)

    def open(self, address):
        self._call("POST", self.session + "/url", {"url": address})

    def place(self):
        return self._call("GET", self.session + "/url")

    def type(self, selector, text):
        self._on(selector, "POST", "/clear", {})
        self._on(selector, "POST", "/value", {"text": text})

    def click(self, selector):
        """Clicks, and waits until the page that this brings is there."""
        self.run("window.isLeft = true")
        self._on(selector, "POST", "/click", {})
        self.wait("the next page", lambda: self.run(
            "return !window.isLeft && document.readyState === 'complete'"), seconds=30)

    def click_plainly(self, selector):
        """Clicks, and waits until the page that this brings is there, where no script can tell."""
        root = next(iter(self._call(
            "POST", self.session + "/element", {"using": "css selector", "value": "html"}).values()))
        self._on(selector, "POST", "/click", {})

        def is_there():
            try:
                self._call("GET", f"{self.session}/element/{root}/name")
                return False
            except RuntimeError as error:
                if not self._is_of_another_page(str(error)):
                    raise
            return bool(self.text("main"))

        self.wait("the next page", is_there, seconds=30)

    def press(self, key):
        """Presses a key where the focus is."""
        keys = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self._call("POST", self.session + "/actions", {"actions": [{"type": "key", "id": "k", "actions": keys}]})

    def text(self, selector="body"):
        return self._on(selector, "GET", "/text")

    def value(self, selector):
        return self._on(selector, "GET", "/property/value")

    def run(self, script):
        return self._call("POST", self.session + "/execute/sync", {"script": script, "args": []})

    def wait(self, what, holds, seconds=60):
        """Waits until something holds; the page is as it was left."""
        deadline = time.monotonic() + seconds

        def is_so():
            try:
                return holds()
            except RuntimeError as error:
                # The page may just be reading itself anew.
                if "no such element" not in str(error):
                    raise
                return False

        while not is_so():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{what}: not within {seconds} s; the page says:\n{self.text()}")
            time.sleep(0.1)

    def errors(self):
        """What the browser complained of since the last time; a refused form's status is no complaint."""
        entries = self._call("POST", self.session + "/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries
                if entry["level"] == "SEVERE" and "status of 422" not in entry["message"]]

    def choose_file(self, selector, file):
        self._on(selector, "POST", "/value", {"text": file})

    def run_async(self, script):
        """Runs a script that says by its last argument, a function, what it came to."""
        return self._call("POST", self.session + "/execute/async", {"script": script, "args": []})

    def pdf(self, file):
        """Prints the page on A4 as a person would, with the page's own margins."""
        printed = self._call("POST", self.session + "/print", {
            "page": {"width": 21.0, "height": 29.7}, "background": True, "shrinkToFit": False})
        with open(file, "wb") as target:
            target.write(base64.b64decode(printed))

    def fetch(self, path):
        """The bytes of what a link of the page leads to."""
        return base64.b64decode(self.run_async(
            "var done = arguments[arguments.length - 1]; fetch(" + json.dumps(path) + ").then(function (answer) {"
            "return answer.arrayBuffer(); }).then(function (bytes) { var text = ''; new Uint8Array(bytes).forEach("
            "function (byte) { text += String.fromCharCode(byte); }); done(btoa(text)); });"))

    def picture(self, file):
        with open(file, "wb") as target:
            target.write(base64.b64decode(self._call("GET", self.session + "/screenshot")))

    def close(self):
        try:
            self._call("DELETE", self.session)
        finally:
            # It holds nothing that would be lost, and under load it does not always end by itself.
            self.driver.kill()
            self.driver.wait(20)
