#!/usr/bin/env python3
"""A clerk's day in a real browser: enrol, report offline, restart, synchronise, decide a conflict, hand in, be given
back, hand in again.

usage: county_page.py BINARIES FOLDER [PICTURES]
"""

import os
import shutil
import sys

from page_story import PERIOD, Look, Machines, check
from webdriver import Browser

TAB = "\ue004"


def main():
    binaries, folder = sys.argv[1:3]
    pictures = sys.argv[3] if len(sys.argv) > 3 else None
    if not shutil.which("chromedriver"):
        print("UNABLE the Debian package chromium-driver is not here")
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
        browser.click(".sticky button")
        check("saved without a server", "已保存在本机" in browser.text() and "未上报" in browser.text())
        picture("report")
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
        browser.click(".sides .side:last-child button")
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
