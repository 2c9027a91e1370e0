#!/usr/bin/env python3
"""Every page that links lead to, for the city and for a county: its line says where the machine stands, also offline;
each table is there as a file, in .xlsx and .csv, by the page and by the command line; and no text becomes a formula.

usage: every_table.py BINARIES FOLDER
"""

import csv
import http.cookiejar
import io
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

import openpyxl

from page_story import PERIOD, Machines, check, credit_code

ONE, TWO = "411724", "411728"
HOSTILE = ["=HYPERLINK(\"http://x\",1)", "+1+1", "-1-1", "@SUM(1)", "\t=1+1"]
DANGEROUS = "=+-@\t\r\n\0"
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?$")
# What a table of these pages shows is a file already, or was just brought and is not kept.
NO_FILE = ("/exchange", "/bulletin", "/plan")


class Reader:
    """What a person with a browser reaches by links."""

    def __init__(self, address):
        self.base = address.split("/enter")[0]
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.opener.open(address, timeout=60).read()

    def get(self, path):
        with self.opener.open(self.base + path, timeout=120) as answer:
            return answer.read()

    def post(self, path, fields):
        request = urllib.request.Request(
            self.base + path, urllib.parse.urlencode(fields).encode(), headers={"Origin": self.base})
        with self.opener.open(request, timeout=120) as answer:
            return answer.read().decode()

    def pages(self):
        """Pages by their place: at most a few of each form, as thousands of records look alike."""
        waiting, seen, forms = ["/"], {}, {}
        while waiting:
            path = waiting.pop(0)
            parts = path.split("?")[0].split("/")
            form = "/".join([parts[1], str(len(parts)), path.partition("?")[2].partition("=")[0]])
            if path in seen or forms.get(form, 0) >= 4:
                continue
            forms[form] = forms.get(form, 0) + 1
            seen[path] = self.get(path).decode()
            for found in re.findall(r'href="(/[^"#]*)', seen[path]):
                found = found.replace("&amp;", "&")
                if not found.startswith(("/exchange/file/", "/page.", "/file/", "/bulletin/")) or (
                        found.startswith("/bulletin/") and found.count("/") == 2):
                    waiting.append(found)
        return seen


def hostile_world(machines):
    """Texts that look like formulas wherever people write, and something in every table."""
    for name, tenant, role in (("one", ONE, "approver"), ("two", TWO, "approver"), ("other", ONE, "editor"),
                               ("city", "city", "supervisor")):
        machines.client(
            name, "enrol", f"127.0.0.1:{machines.port}", machines.token(tenant, role), "--name", "=cmd|'/c calc'!A1")
    for number, text in enumerate(HOSTILE):
        code = credit_code("411724", number)
        machines.client("one", "set", f"companies/{code}", f"name={text}", "size=medium", "revenue=12000",
                        "--note=" + HOSTILE[-2 - number % 2])
    machines.client("one", "set", "certificates/c1", f"company={credit_code('411724', 0)}", "track=high_tech",
                    "number=@1", "recognised_on=2019-05-20", "valid_from=2019-05-20", "doc_no==1")
    machines.client("one", "set", f"values/{PERIOD}", "etrc_provincial=3", "patents=40")
    machines.client("one", "sync")
    machines.client("other", "sync")
    # One conflict to decide, and one that is decided.
    for name, figures in (("one", ("5", "50")), ("other", ("6", "60"))):
        machines.client(name, "set", f"values/{PERIOD}", f"etrc_provincial={figures[0]}", f"patents_invention="
                        f"{figures[1]}", "--note==1+1")
        machines.client(name, "sync", codes=(0, 4))
    machines.client("one", "sync", codes=(0, 4))
    conflicts = re.findall(r"\bc[0-9a-z]{10,}\b", machines.client("one", "conflicts", codes=(0, 4)))
    machines.client("one", "conflicts", "resolve", conflicts[0], "--take", "theirs", "--reason", "=1", codes=(0, 4))
    machines.client("one", "sync", codes=(0, 4))
    machines.client("city", "sync", codes=(0, 4))
    machines.client("city", "set", f"{ONE}:targets/g03:2019", "target=6", "baseline=1")
    machines.client("city", "set", f"{ONE}:milestones/m14:a", "text==1+1", "due=2019-06-20")
    machines.client("city", "sync", codes=(0, 4))
    machines.client("one", "sync", codes=(0, 4))


def check_cells(name, content, is_csv):
    """No cell of a file may be run as a formula."""
    if is_csv:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        cells = [cell for row in rows for cell in row]
        wrong = [cell for cell in cells if cell and cell[0] in DANGEROUS and not NUMBER.match(cell)]
    else:
        book = openpyxl.load_workbook(io.BytesIO(content))
        found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        wrong = [cell.value for cell in found if cell.data_type == "f"]
        rows, cells = list(book.active.iter_rows(values_only=True)), [str(cell.value) for cell in found]
    if wrong or not rows:
        check(f"{name} is a table without formulas: {wrong[:3]}", False)
    return rows, cells


def walk(machines, name, least):
    address, _ = machines.start_page(name, person="=A1")
    reader = Reader(address)
    token = re.search(r'name="token" value="([^"]+)"', reader.get("/").decode()).group(1)
    pages = reader.pages()
    check(f"{name}: {len(pages)} pages of {len({p.split('/')[1] for p in pages})} kinds are reached by links",
          len(pages) >= least)
    lacking = [path for path, text in pages.items() if 'id="sync"' not in text or "上次同步" not in text]
    check(f"{name}: each says where the machine stands: {lacking}", lacking == [])
    bare = [path for path, text in pages.items() if "<table" in text and "/exchange/file/" not in text
            and not path.startswith(NO_FILE) and "/new" not in path]
    check(f"{name}: each table can be had as a file: {bare}", bare == [])
    links = sorted({link.replace("&amp;", "&") for text in pages.values()
                    for link in re.findall(r'href="(/exchange/file/[^"]+)"', text)})
    kinds, hostile = set(), set()
    for link in links:
        content = reader.get(link)
        _, cells = check_cells(link, content, "/csv/" in link)
        kinds.add(link.split("/")[4].split("?")[0])
        hostile |= {text for text in HOSTILE for cell in cells if cell.lstrip("'") == text}
    check(f"{name}: {len(links)} files of {len(kinds)} kinds hold no formula: {sorted(kinds)}", len(links) > 40)
    check(f"{name}: and say what was typed: {len(hostile)} of {len(HOSTILE)}", len(hostile) == len(HOSTILE))

    # Without a server each page says since when, what waits, and the last time.
    machines.stop(machines.server)
    machines.client("one", "set", "contacts/office", f"person=@{name}", "duty==1+1", "--note=-1")
    reader.post("/sync", {"token": token, "back": "/"})
    for _ in range(600):
        if "离线（自" in reader.get("/sync/state").decode():
            break
    if name == "one":
        check_cells("outbox", reader.get("/exchange/file/csv/outbox"), True)
    lacking = [path for path in pages if not re.search(
        r'id="sync".*离线（自 20[0-9-]+ [0-9:]+）.*' + ("项未上报.*" if name == "one" else "") + "上次同步 20",
        reader.get(path).decode(), re.S)]
    check(f"{name}: offline each page says since when, what waits and the last time: {lacking}", lacking == [])
    machines.start_server()
    machines.stop(machines.page)
    return kinds


def by_command(machines, kinds):
    """The command line writes the same kinds."""
    words = {
        "figures": [PERIOD], "ranking": [PERIOD], "components": [PERIOD], "targets": [PERIOD], "values": [PERIOD],
        "indicator": ["g03", PERIOD], "goal": ["g03", PERIOD], "explain": ["g03", PERIOD, ONE],
        "report": [PERIOD, ONE], "measures": [PERIOD], "arrears": [PERIOD],
        "records": ["companies"], "template": ["companies"], "list": ["company_ladder", PERIOD], "lists": [PERIOD],
        "edits": [f"{ONE}:values/{PERIOD}"]}
    help_text = machines.run("plansync", "export", "--help")
    for kind in sorted(kinds | {"devices", "notices", "payments", "paid", "files", "conflicts"}):
        if kind not in help_text:
            check(f"'plansync export --help' names {kind}", False)
        for ending in ("xlsx", "csv"):
            file = os.path.join(machines.folder, f"by-command.{ending}")
            machines.client("city", "export", kind, *words.get(kind, []), "--to", file)
            with open(file, "rb") as found:
                check_cells(kind, found.read(), ending == "csv")
    check(f"the command line writes all {len(kinds)} kinds, too", True)
    rows, _ = check_cells("conflicts", machines_file(machines, "conflicts", "xlsx"), False)
    heads = list(rows[0])
    states = {row[heads.index("状态")] for row in rows[1:]}
    check(f"conflicts are exported open and decided, with both sides: {states}",
          states == {"待裁定", "已裁定"} and len(rows) == 5)
    devices, cells = check_cells("devices", machines_file(machines, "devices", "xlsx"), False)
    check("devices are exported, without anything secret",
          len(devices) == 5 and not any("ps1." in cell or "PRIVATE" in cell for cell in cells))


def machines_file(machines, kind, ending):
    file = os.path.join(machines.folder, f"{kind}.{ending}")
    machines.client("city", "export", kind, "--to", file)
    with open(file, "rb") as found:
        return found.read()


def main():
    machines = Machines(*sys.argv[1:3])
    machines.start_server()
    try:
        hostile_world(machines)
        kinds = walk(machines, "city", 60) | walk(machines, "one", 40)
        by_command(machines, kinds)
        print("all OK")
    finally:
        for process in (machines.page, machines.server):
            if process and process.poll() is None:
                machines.stop(process)


if __name__ == "__main__":
    main()
