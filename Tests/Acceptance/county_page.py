#!/usr/bin/env python3
"""A clerk's day in a real browser: enrol, report offline, restart, synchronise, decide a conflict, hand in, be given
back, hand in again; tables by LibreOffice, evidence, names that attack, and the same without scripts.

usage: county_page.py BINARIES FOLDER [PICTURES]
"""

import os
import shutil
import socket
import sys

from hostile_names import hostile_names
from page_story import PERIOD, Look, Machines, check
from webdriver import Browser

TAB = "\ue004"


NEXT = "201907B"


def tables(machines, browser, base, picture):
    """A form filled in with LibreOffice, first with a fault; and what is exported opens in it."""
    template = os.path.join(machines.folder, "template.xlsx")
    with open(template, "wb") as file:
        file.write(browser.fetch(f"/exchange/file/xlsx/template/values/{NEXT}"))

    def figures(**typed):
        def change(lines):
            for line in lines:
                if line and line[0] in typed:
                    line[-1] = typed[line[0]]
            return lines
        return change

    def bring(file):
        browser.open(base + "/exchange")
        browser.choose_file("input[type=file]", file)
        browser.click("form[enctype] button[type=submit]")

    bring(machines.filled(template, "faulty", figures(etrc_provincial="七家", patents="35", high_tech="三")))
    faults = browser.text("main")
    check("every fault of a table is named by row and column", "2 处问题" in faults and "七家" in faults and "三" in faults)
    check("and nothing of it is saved", "没有保存任何内容" in faults and browser.run(
        f"return fetch('/report/{NEXT}').then(function (a) {{ return a.text(); }}).then(function (t) {{"
        "return !t.includes('value=\"35\"'); });"))
    picture("import-faults")
    bring(machines.filled(template, "right", figures(etrc_provincial="7", patents="35", high_tech="3")))
    check("what would change is shown first", "将更改 3 个字段" in browser.text("main"))
    browser.click("form[action='/exchange/apply'] button[type=submit]")
    browser.open(f"{base}/report/{NEXT}")
    check("then it is one change", browser.value("#f-patents") == "35" and browser.value("#f-etrc_provincial") == "7")
    check("with the last period beside it", "1200" in browser.text("tr:has(#f-patents) td.number"
                                                                   ":nth-of-type(2)"))
    for kind in (f"values/{NEXT}", "records/companies", f"figures/{PERIOD}", "history"):
        exported = os.path.join(machines.folder, kind.replace("/", "-") + ".xlsx")
        with open(exported, "wb") as file:
            file.write(browser.fetch("/exchange/file/xlsx/" + kind))
        machines.office(exported, "csv")


def flood(browser, base):
    """A request with 100,000 header fields ends that connection, and nothing else."""
    host, port = base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        try:
            line.sendall(f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\n".encode())
            for start in range(0, 100_000, 1_000):
                line.sendall("".join(f"X-{start + n}: y\r\n" for n in range(1_000)).encode())
            line.sendall(b"\r\n")
            answer = line.recv(64).decode("latin-1")
        except (ConnectionResetError, BrokenPipeError):
            answer = ""
    check(f"a flood of header fields is refused: {answer[:20]!r}", not answer.startswith("HTTP/1.1 2"))
    browser.open(base + "/")
    check("and the page goes on", "要办的事" in browser.text())


def main():
    binaries, folder = sys.argv[1:3]
    pictures = sys.argv[3] if len(sys.argv) > 3 else None
    for program in ("chromedriver", "soffice"):
        if not shutil.which(program):
            print(f"UNABLE {program} is not here")
            return
    machines = Machines(binaries, folder)
    machines.start_server()
    browser = Browser()
    pages = Look(browser)

    def picture(name):
        pages.at(name)
        if pictures:
            browser.picture(os.path.join(pictures, name + ".png"))

    def is_synchronised():
        return "已连接" in browser.text("#sync") and "未上报" not in browser.text("#sync")

    try:
        address, base = machines.start_page("county")
        browser.open(base + "/")
        check("without the key of the address nothing is shown", "完整地址" in browser.text())
        browser.errors()
        browser.open(address)
        check("a machine that is not enrolled asks for server and token", browser.place().endswith("/setup"))
        picture("setup")
        browser.type("#server", f"127.0.0.1:{machines.port}")
        browser.type("#code", "ps1.wrong")
        browser.click("main button")
        check("a token that is none is said to be so", "注册码的格式不对" in browser.text())
        browser.type("#code", machines.token("411728", "approver"))
        browser.click("main button")
        browser.wait("enrolled", lambda: (browser.open(base + "/"), "遂平县" in browser.text())[1])
        check("enrolled; the unit's page opens", "要办的事" in browser.text())

        machines.client("second", "enrol", f"127.0.0.1:{machines.port}", machines.token("411728", "editor"))
        machines.client("city", "enrol", f"127.0.0.1:{machines.port}", machines.token("city", "supervisor"))
        machines.stop(machines.server)
        browser.open(f"{base}/report/{PERIOD}")
        browser.type("#f-etrc_provincial", "4")
        browser.type("#f-patents", "十二")
        browser.click(".sticky button")
        check("a figure that is none is marked at its field", "没有保存" in browser.text())
        check("what else was typed is still there", browser.value("#f-etrc_provincial") == "4")
        picture("fault")
        browser.type("#f-patents", "1,200")
        browser.type("#f-patents_invention", "100")
        browser.scripts(False)
        browser.click_plainly(".sticky button")
        check("saved without a server and without scripts", "已保存在本机" in browser.text() and "未上报" in browser.text())
        browser.scripts(True)
        picture("report")
        pages.order("report")
        browser.open(base + "/outbox")
        check("the outbox lists it", "省级工程技术研究中心" in browser.text())
        picture("outbox")

        machines.stop(machines.page)
        address, base = machines.start_page("county")
        browser.open(address)
        browser.open(f"{base}/report/{PERIOD}")
        check("a restart loses nothing", browser.value("#f-etrc_provincial") == "4")
        check("the page says that it is offline", bool(browser.wait(
            "offline", lambda: (browser.open(base + "/"), "离线" in browser.text("#sync"))[1]) is None))
        picture("offline")

        machines.client("second", "set", f"values/{PERIOD}", "etrc_provincial=5", "--note", "含一家待批")
        machines.start_server()
        # The page synchronises by itself: whichever comes second hears of the conflict.
        machines.client("second", "sync", codes=(0, 4))
        browser.open(base + "/")
        browser.click("header button")
        browser.wait("sent", lambda: (browser.open(base + "/attention"), is_synchronised())[1])
        browser.wait("the conflict", lambda: (browser.open(base + "/attention"), "裁定" in browser.text("main"))[1])
        picture("attention")
        browser.click("main a.button")
        check("both sides are shown", "4" in browser.text(".sides") and "5" in browser.text(".sides"))
        browser.type("#reason", "待批的一家不计入")
        picture("conflict")
        browser.run("Array.from(document.querySelectorAll('.side')).find(side => side.innerText.includes('王敏'))"
                    ".id = 'mine'")
        browser.click("#mine button")
        browser.wait("decided", lambda: (browser.open(base + "/attention"),
                                         "没有需要处理的事项" in browser.text() and is_synchronised())[1])
        check("the conflict is decided", True)
        browser.open(f"{base}/report/{PERIOD}")
        check("the figure is the one that was taken", browser.value("#f-etrc_provincial") == "4")
        browser.open(f"{base}/history/411728/values/{PERIOD}/etrc_provincial")
        check("the history names both and the decision", all(
            word in browser.text() for word in ("王敏", "second", "裁定", "有效")))
        picture("history")

        browser.open(f"{base}/report/{PERIOD}")
        browser.click(f"form[action='/report/{PERIOD}/submit'] button")
        check("handed in", "已上报" in browser.text())
        browser.wait("sent", lambda: (browser.open(f"{base}/report/{PERIOD}"), is_synchronised())[1])
        machines.client("city", "sync")
        machines.client("city", "review", "return", "411728", PERIOD, "--reason", "请附文号")
        machines.client("city", "sync")
        browser.click("header button")
        browser.wait("given back, with the reason", lambda: (
            browser.open(base + "/"), "填报被市级退回" in browser.text("main") and "请附文号" in browser.text("main"))[1])
        picture("home")
        browser.open(f"{base}/report/{PERIOD}")
        browser.type("#f-etrc_provincial", "3")
        browser.click(".sticky button")
        browser.click(f"form[action='/report/{PERIOD}/submit'] button")
        browser.wait("sent", lambda: (browser.open(f"{base}/report/{PERIOD}"), is_synchronised())[1])
        machines.client("city", "sync")
        machines.client("city", "review", "accept", "411728", PERIOD)
        machines.client("city", "sync")
        browser.click("header button")
        browser.wait("accepted", lambda: (browser.open(f"{base}/report/{PERIOD}"), "已审核" in browser.text())[1])
        check("given back, corrected, handed in and accepted", True)

        browser.open(base + "/record/companies/new")
        browser.type("#f-name", "河南省遂平县产业创新升级工作方案高新技术装备制造股份有限公司<script>alert(1)</script>")
        labelled = browser.run(
            "return Array.from(document.querySelectorAll('main input:not([type=hidden]), main select, main textarea'))"
            ".filter(e => !e.labels.length && !e.getAttribute('aria-label')).map(e => e.name)")
        check(f"every input has its label: {labelled}", labelled == [])
        browser.press(TAB)
        check("the keyboard reaches the next input", browser.run("return document.activeElement.tagName") in (
            "INPUT", "SELECT", "TEXTAREA", "BUTTON"))
        picture("company")
        browser.type("#k-0", "91411728MA12345678")
        browser.click(".sticky button")
        check("a credit code with a wrong check digit is refused with a sentence", "没有保存" in browser.text())
        browser.type("#k-0", "91411728MA1234567G")
        browser.click(".sticky button")
        check("with the right one the company is kept", "已保存在本机" in browser.text())
        browser.open(base + "/records/companies?q=高新技术")
        check("found by a word of its name, shown as it was typed", "<script>alert(1)</script>" in browser.text("tbody"))
        browser.open(base + "/record/companies/91411728MA1234567G")
        browser.click("#new-attempts-company")
        check("an application begins with its company", browser.value("#f-company") == "91411728MA1234567G")
        browser.run("document.getElementById('f-track').value = 'high_tech';"
                    "document.getElementById('f-stage').value = 'applied'")
        browser.type("#f-year", "2019")
        browser.click(".sticky button")
        browser.open(base + "/record/companies/91411728MA1234567G")
        check("the company's card shows its ladder", "高新技术企业 · 2019" in browser.text("#related-attempts")
              and browser.text("#related-attempts .here") == "已申报")
        picture("ladder")
        tables(machines, browser, base, picture)
        hostile_names(machines, browser, base, "county")
        flood(browser, base)
        machines.client("county", "set", f"progress/m14:{PERIOD}", "percent=40", "done=挂牌一家")
        paper = os.path.join(folder, "批复 1.pdf")
        content = b"%PDF-1.7\n" + os.urandom(700_000)
        with open(paper, "wb") as file:
            file.write(content)
        browser.open(f"{base}/record/progress/m14:{PERIOD}")
        program = os.path.join(folder, "run.exe")
        with open(program, "wb") as file:
            file.write(b"MZ")
        browser.choose_file("#file-evidence", program)
        browser.click("form[enctype] button")
        check("a program is no evidence", "不接受“exe”类型的文件" in browser.text("#files-evidence"))
        browser.choose_file("#file-evidence", paper)
        browser.click("form[enctype] button")
        check("a file is put in", "批复 1.pdf" in browser.text("#files-evidence"))
        picture("files")
        link = browser.run("return document.querySelector('#files-evidence tbody a').getAttribute('href')")
        check("and comes out as it was", browser.fetch(link) == content)
        heads = browser.run_async(
            "var done = arguments[arguments.length - 1]; fetch('" + link + "').then(function (answer) {"
            "done(['content-type', 'content-disposition', 'x-content-type-options', 'content-security-policy']"
            ".map(function (name) { return answer.headers.get(name); }).join('; ')); });")
        check(f"as a download that nothing shows or runs: {heads}", all(word in heads for word in (
            "octet-stream", "attachment;", "nosniff", "sandbox")))
        browser.wait("sent", lambda: (browser.open(f"{base}/record/progress/m14:{PERIOD}"), is_synchronised())[1])
        machines.client("city", "sync")
        browser.wait("the file is at the server", lambda: "批复 1.pdf" in machines.client(
            "city", "attachments", f"411728:progress/m14:{PERIOD}"))
        copy = os.path.join(folder, "copy.pdf")
        browser.wait("the city has it", lambda: (machines.client(
            "city", "fetch", link.rsplit("/", 1)[1], "--to", copy, codes=(0, 1)), os.path.exists(copy))[1])
        with open(copy, "rb") as file:
            check("the city fetches the same bytes", file.read() == content)
        browser.errors()
        browser.open(f"{base}/record/progress/m14:{PERIOD}")
        browser.click("#files-evidence tbody button")
        check("a file is taken out", "没有附件" in browser.text("#files-evidence"))
        for place in ("/", "/records", "/records/companies", f"/figures/{PERIOD}", f"/report/{PERIOD}"):
            browser.open(base + place)
            picture("page" + place.replace("/", "-"))
        pages.end()
        complaints = browser.errors()
        check(f"the browser has nothing to complain of: {complaints}", complaints == [])
        print("all OK")
    finally:
        browser.close()
        for process in (machines.page, machines.server):
            if process and process.poll() is None:
                machines.stop(process)


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        print(f"BAD {error}")
        sys.exit(1)
