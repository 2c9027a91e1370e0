"""What the stories of the page share: machines with their programs, and a word for each thing that was checked."""

import glob
import json
import os
import subprocess
import zipfile

PERIOD = "201905B"


def check(what, holds):
    if not holds:
        print(f"BAD {what}")
        raise SystemExit(1)
    print(f"OK  {what}")


class Machines:
    def __init__(self, binaries, folder, plan="zhumadian-2018-25"):
        self.binaries, self.folder, self.port = binaries, folder, 0
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self.data = os.path.join(folder, "server")
        plan = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"../../Plans/{plan}.yaml")
        self.run("plansyncd", "init", "--data", self.data, "--plan", plan)
        self.server = self.page = None

    def run(self, program, *arguments, codes=(0,)):
        done = subprocess.run(
            [os.path.join(self.binaries, program), *arguments], capture_output=True, text=True, timeout=120)
        if done.returncode not in codes:
            print(f"BAD {program} {' '.join(arguments)}: {done.returncode} {done.stderr}")
            raise SystemExit(1)
        return done.stdout

    def start_server(self):
        self.server = subprocess.Popen(
            [os.path.join(self.binaries, "plansyncd"), "serve", "--data", self.data, "--listen",
             f"127.0.0.1:{self.port}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = int(self.server.stdout.readline().rsplit(":", 1)[1])

    @staticmethod
    def stop(process):
        process.terminate()
        process.wait(30)

    def token(self, tenant, role):
        return self.run("plansyncd", "token", "--data", self.data, "--tenant", tenant, "--role", role).strip()

    def client(self, name, *arguments, codes=(0,)):
        return self.run(
            "plansync", *arguments, "--home", os.path.join(self.folder, name), "--lang", "zh", "--author", name,
            codes=codes)

    def start_page(self, name, person="王敏"):
        self.page = subprocess.Popen(
            [os.path.join(self.binaries, "plansync"), "page", "--port", "0", "--home",
             os.path.join(self.folder, name), "--lang", "zh", "--author", person], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        address = "http://" + self.page.stdout.readline().strip().split("http://")[1]
        return address, address.split("/enter")[0]


class Look:
    """What every page of a story has to be: no wider than the window, and right for axe-core (WCAG 2.1 A and AA)."""

    def __init__(self, browser):
        self.browser, self.seen, self.findings = browser, set(), []
        tools = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.build/tools")
        wheels = glob.glob(os.path.join(tools, "axe_playwright_python-*.whl"))
        if not wheels:
            print("BAD axe-core is not here; dev/test fetches it into .build/tools")
            raise SystemExit(1)
        with zipfile.ZipFile(wheels[0]) as archive:
            name = next(name for name in archive.namelist() if name.endswith("axe.min.js"))
            self.axe = archive.read(name).decode()

    def at(self, place):
        """Looks at the page that is open; each place once."""
        if place in self.seen:
            return
        self.seen.add(place)
        wide = self.browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        check(f"{place} is not wider than the window", wide <= 0)
        self.browser.run(self.axe)
        found = json.loads(self.browser.run_async(
            "var done = arguments[arguments.length - 1]; axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa',"
            "'best-practice']}).then(function (result) { done(JSON.stringify(result.violations.map(function (one) {"
            "return one.id + ': ' + one.nodes.slice(0, 3).map(function (node) { return node.html.slice(0, 120); })"
            ".join(' | '); }))); });"))
        self.findings.extend(f"{place} {one}" for one in found)

    def end(self):
        check(f"{len(self.seen)} pages pass the check of accessibility: {self.findings}", self.findings == [])
