"""What the stories of the page share: machines with their programs, and a word for each thing that was checked."""

import csv
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


def credit_code(area, number):
    """A credit code with right check digits (GB 32100-2015, GB 11714); nobody's."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91{area}MA{number:06d}"
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    check_digit = 11 - sum(
        weight * digits.index(one) for weight, one in zip([3, 7, 9, 10, 5, 8, 4, 2], body[8:])) % 11
    body += {10: "X", 11: "0"}.get(check_digit, str(check_digit))
    rest = sum(3**place % 31 * alphabet.index(one) for place, one in enumerate(body)) % 31
    return body + alphabet[(31 - rest) % 31]


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

    def office(self, source, to):
        """LibreOffice's own conversion, without a screen and without a word of complaint."""
        reading = ["--infilter=CSV:44,34,76,1"] if source.endswith(".csv") else []
        writing = "csv:Text - txt - csv (StarCalc):44,34,76" if to == "csv" else to
        done = subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{self.folder}/office", "--headless", *reading, "--convert-to",
             writing, "--outdir", os.path.join(self.folder, "office-out"), source], capture_output=True, text=True,
            timeout=120, env={**os.environ, "HOME": os.path.join(self.folder, "office-home")})
        # Without Java it says so; sheets do not need it.
        said = "".join(line for line in (done.stdout + done.stderr).lower().splitlines() if "javaldx" not in line)
        check(f"LibreOffice takes {os.path.basename(source)} without a word of complaint",
              done.returncode == 0 and "error" not in said and "warn" not in said)
        name = os.path.splitext(os.path.basename(source))[0]
        return os.path.join(self.folder, "office-out", f"{name}.{to}")

    def filled(self, template, name, change):
        """A form of sheets as a person fills it in with LibreOffice; `change` gets its lines; comes out as .xlsx."""
        with open(self.office(template, "csv"), encoding="utf-8") as file:
            lines = list(csv.reader(file))
        plain = os.path.join(self.folder, name + ".csv")
        with open(plain, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(change(lines))
        return self.office(plain, "xlsx")

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

    def order(self, place):
        """Goes through the open page with the tabulator: everything is reached, in reading order, and is marked."""
        self.browser.run("document.activeElement.blur(); window.scrollTo(0, 0)")
        wanted = self.browser.run(
            "return Array.from(document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea,"
            " summary')).filter(e => e.offsetParent !== null || getComputedStyle(e).position === 'absolute').length")
        # A day has a stop for each of its parts, and one for its calendar.
        days = self.browser.run("return document.querySelectorAll('input[type=date]').length")
        orders, marked = [], True
        for _ in range(wanted + 3 * days):
            self.browser.press("\ue004")
            order, is_marked = self.browser.run(
                "var e = document.activeElement, s = getComputedStyle(e); return ["
                "Array.from(document.querySelectorAll('*')).indexOf(e),"
                "s.outlineStyle !== 'none' || s.boxShadow !== 'none']")
            marked = marked and is_marked
            orders += [order] if orders[-1:] != [order] else []
        check(f"{place}: the keyboard reaches all {wanted} controls in reading order",
              len(orders) == wanted and orders == sorted(orders))
        check(f"{place}: each shows that it has the focus", marked)

    def end(self):
        check(f"{len(self.seen)} pages pass the check of accessibility: {self.findings}", self.findings == [])
