"""Chromium, driven through the WebDriver protocol (https://www.w3.org/TR/webdriver2/) of Debian's chromium-driver.

Everything that a page shows is waited for by asking the page, not by the clock.
"""

import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Missing(Exception):
    """Something that the page should show did not appear."""


class Browser:
    """One browser window of 1280 by 720."""

    def __init__(self, script=True, language="zh-CN", seconds=20):
        self.seconds = seconds
        self.profile = tempfile.mkdtemp(prefix="plansync-browser.")
        # Port 0: the driver takes any free one and prints it.
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.driver.stdout:
            if "successfully on port" in line:
                self.base = "http://127.0.0.1:" + line.rsplit("port ", 1)[1].strip().rstrip(".")
                break
        options = {
            "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars",
                     "--force-device-scale-factor=1", "--lang=" + language, "--user-data-dir=" + self.profile],
            "prefs": {"intl.accept_languages": language, "download.default_directory": self.profile},
        }
        if not script:
            options["prefs"]["profile.managed_default_content_settings.javascript"] = 2
        capabilities = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        made = self.call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self.base += "/session/" + made["sessionId"]
        # The window's frame counts, so the inner size is set.
        self.command("/goog/cdp/execute", {
            "cmd": "Emulation.setDeviceMetricsOverride",
            "params": {"width": 1280, "height": 720, "deviceScaleFactor": 1, "mobile": False}})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            shutil.rmtree(self.profile, ignore_errors=True)

    # The protocol

    def call(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise Missing(f"{method} {path}: {value['error']}: {value['message'].splitlines()[0]}") from None

    def command(self, path, body=None):
        return self.call("POST", path, body or {})

    def until(self, what, body):
        """Asks again until the body gives something; what fails on the way is asked again, too."""
        end = time.monotonic() + self.seconds
        while True:
            try:
                found = body()
                if found:
                    return found
            except Missing:
                pass
            if time.monotonic() > end:
                shown = self.script("return location.pathname + '\\n' + document.body.innerText")
                raise Missing(f"no {what} within {self.seconds} s on {shown}")
            time.sleep(0.05)

    # What a person does

    def open(self, address):
        self.command("/url", {"url": address})

    def find(self, selector):
        """The first element of a CSS selector, once it is there."""
        return self.until(selector, lambda: self.command(
            "/element", {"using": "css selector", "value": selector})[ELEMENT])

    def click(self, selector):
        """Clicks, and waits for the next page where that leads to one."""
        before = self.script("return performance.timeOrigin")
        self.command(f"/element/{self.find(selector)}/click")
        return before

    def follow(self, selector):
        """Clicks on what leads to another page, and waits until that is there."""
        before = self.click(selector)
        self.until("next page", lambda: self.script(
            "return performance.timeOrigin !== arguments[0] && document.readyState === 'complete'", before))

    def fill(self, selector, text):
        """Types into a field in place of what stands there."""
        field = self.find(selector)
        self.command(f"/element/{field}/clear")
        if text:
            self.command(f"/element/{field}/value", {"text": text})

    def choose(self, selector, value):
        """Chooses an option of a select by its value."""
        self.command(f"/element/{self.find(f'{selector} option[value={json.dumps(value)}]')}/click")

    def press(self, *keys):
        """Presses keys one after the other, as from a keyboard."""
        steps = [step for key in keys for step in ({"type": "keyDown", "value": key}, {"type": "keyUp", "value": key})]
        self.command("/actions", {"actions": [{"type": "key", "id": "keys", "actions": steps}]})

    # What a person sees

    def script(self, code, *arguments):
        return self.command("/execute/sync", {"script": code, "args": list(arguments)})

    def text(self, selector="body"):
        return self.call("GET", f"/element/{self.find(selector)}/text")

    def value(self, selector):
        return self.call("GET", f"/element/{self.find(selector)}/property/value")

    def has(self, text, selector="body"):
        """Waits until a text is seen."""
        self.until(f"'{text}'", lambda: text in self.text(selector))

    @property
    def place(self):
        return self.script("return location.pathname + location.search")

    def picture(self, path, whole=False):
        """Writes what is seen as a PNG file; `whole`: the page beyond the window, too."""
        if whole:
            height = self.script("return document.documentElement.scrollHeight")
            parameters = {"captureBeyondViewport": True, "clip": {
                "x": 0, "y": 0, "width": 1280, "height": height, "scale": 1}}
            data = self.command("/goog/cdp/execute", {"cmd": "Page.captureScreenshot", "params": parameters})["data"]
        else:
            data = self.call("GET", "/screenshot")
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def errors(self):
        """What the browser's console complained of since the last time."""
        return [entry["message"] for entry in self.command("/se/log", {"type": "browser"})
                if entry["level"] in ("SEVERE", "WARNING")]
