#!/usr/bin/env python3
"""A supervisor's weeks in a real browser: give back and accept reports, a table made by LibreOffice, close a period,
publish its ranking and go from a score down to the signed edit, print the bulletin, decide a reward, load a revision of
the plan, hand out and revoke devices; and what a program for accessibility says of every page.

usage: city_page.py BINARIES FOLDER [PICTURES]
"""

import os
import shutil
import sys

from page_story import PERIOD, Look, Machines, check
from pdf_text import Printed
from webdriver import Browser

PLAN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Plans/zhumadian-2018-25.yaml")
ONE, TWO = "411724", "411728"
COMPANY = "91411724MA1234567N"


def prepare(machines):
    """Two counties that have reported, and a company that is due a reward."""
    for name, tenant, role in (
            ("one", ONE, "approver"), ("two", TWO, "approver"), ("city", "city", "supervisor"),
            ("kjj", "city", "reviewer"), ("finance", "city", "finance")):
        machines.client(name, "enrol", f"127.0.0.1:{machines.port}", machines.token(tenant, role))
    for unit, target in ((ONE, 6), (TWO, 4)):
        machines.client("city", "set", f"{unit}:targets/g03:2019", f"target={target}", "baseline=1")
    machines.client("city", "sync")
    machines.client("one", "set", f"companies/{COMPANY}", "name=河南省产业创新升级高新技术装备制造股份有限公司",
                    "size=medium", "revenue=12000")
    # A company that is recognised reports its R&D.
    machines.client("one", "set", f"rd_reports/{COMPANY}:{PERIOD}", "sales=6000", "rd_spend=300")
    for name, figure in (("one", 3), ("two", 2)):
        machines.client(name, "sync")
        machines.client(name, "set", f"values/{PERIOD}", f"etrc_provincial={figure}", "patents=40",
                        "patents_invention=4")
        machines.client(name, "submit", PERIOD)
    machines.client(
        "one", "set", "certificates/c1", f"company={COMPANY}", "track=high_tech", "number=GR201941000001",
        "recognised_on=2019-05-20", "valid_from=2019-05-20", "doc_no=演示〔2019〕1号")
    for name in ("one", "two", "kjj"):
        machines.client(name, "sync")
    machines.client("kjj", "set", f"{ONE}:certificates/c1", "state=in_force")
    machines.client("kjj", "sync")
    for name in ("one", "city"):
        machines.client(name, "sync")
    machines.client("one", "rewards", "claim", "r1:c1")
    machines.client("one", "sync")
    machines.client("kjj", "sync")
    machines.client("kjj", "set", f"{ONE}:reward_claims/r1:c1", "state=checked")
    machines.client("kjj", "sync")


def table_breaks(browser, printed, folder):
    """Where the table of the open page is printed wrongly, as it is moved down a page line by line."""
    rows = browser.run(
        "var table = document.querySelector('table'); table.querySelector('th').textContent = '表头甲';"
        "var rows = Array.from(table.querySelectorAll('tbody tr')); rows.forEach(function (row, place) {"
        "row.firstElementChild.textContent = '第' + (place + 101) + '行'; }); return rows.length;")
    broken = []
    for height in range(0, 225, 9):
        browser.run(f"document.querySelector('table').style.marginTop = '{height}mm'")
        paper = os.path.join(folder, "moved.pdf")
        browser.pdf(paper)
        with open(paper, "rb") as file:
            pages = printed(file.read()).pages
        held = [sum(f"第{row + 101}行" in page for row in range(rows)) for page in pages]
        for page, count in zip(pages, held):
            if ("表头甲" in page) != (count > 0) or 0 < count < min(2, rows):
                broken.append((height, held))
        if sum(held) != rows:
            broken.append((height, held))
    return broken


def pay(machines, browser, pages, picture):
    """The finance bureau pays a claim in two parts on its own page; each entry stands."""
    city = machines.page
    address, base = machines.start_page("finance", "财政局")
    browser.open(address)
    browser.wait("the approved claim", lambda: (
        browser.click("header button"), browser.open(base + "/rewards"), "已批准" in browser.text("main"))[2])
    browser.click("a[href^='/rewards/payments']")
    pages.at("/rewards/payments")
    browser.type("#amount", "10")
    browser.type("#voucher", "演示2019-114")
    browser.click("main form.card button")
    text = browser.text("main")
    check("paid in part", all(word in text for word in ("已登记", "壹拾万元整", "尚余 5 待拨付")))
    picture("reward-payments")
    browser.type("#amount", "6")
    browser.click("main form.card button")
    check("not more than is left", "最多还可拨付 5" in browser.text("main"))
    browser.type("#amount", "5")
    browser.click("main form.card button")
    check("paid in full", "还没有" not in browser.text("main") and "尚余" not in browser.text("main"))
    browser.click("tbody tr td:last-child a")
    check("an entry stands", "不能修改或删除" in browser.text("main") and "删除这条记录" not in browser.text("main"))
    pages.at("/record/payments")
    browser.open(base + "/rewards")
    text = browser.text("main")
    check("the claim is paid", "15 15 15" in text and "已批准" not in text and "尚余" not in text)
    machines.stop(machines.page)
    machines.page = city


def main():
    binaries, folder = sys.argv[1:3]
    pictures = sys.argv[3] if len(sys.argv) > 3 else None
    for program in ("chromedriver", "soffice"):
        if not shutil.which(program):
            print(f"UNABLE {program} is not here")
            return
    machines = Machines(binaries, folder)
    machines.start_server()
    prepare(machines)
    browser = Browser()
    pages = Look(browser)

    def picture(name):
        if pictures:
            browser.picture(os.path.join(pictures, name + ".png"))

    def look(path, name=None):
        """Opens a page; its look and what axe says of it are a part of the story."""
        if path:
            browser.open(base + path)
        pages.at((path or browser.place().removeprefix(base)).split("?")[0])
        if name:
            picture(name)

    try:
        address, base = machines.start_page("city", "督查室")
        browser.open(address)
        browser.wait("synchronised", lambda: "已连接" in browser.text("#sync"))
        browser.wait("the reports", lambda: (browser.open(base + "/review"), "遂平县" in browser.text("main form"))[1])
        look("/", "city-home")
        look(f"/overview/{PERIOD}", "overview")
        look("/review", "review")

        # Given back with a reason, corrected, accepted.
        browser.run(f"document.querySelector(\"[name='pick:{TWO}:{PERIOD}']\").click()")
        browser.click("button[value=returned]")
        check("nothing is given back without a reason", "退回必须写明理由" in browser.text())
        browser.type("#reason", "请附认定文号")
        browser.click("button[value=returned]")
        browser.wait("sent", lambda: (browser.open(base + "/outbox"), "没有" in browser.text("main"))[1])
        machines.client("two", "sync")
        check("the county reads it", "退回" in machines.client("two", "show", f"submissions/{PERIOD}"))
        machines.client("two", "set", f"values/{PERIOD}", "etrc_provincial=3", "--note", "文号补齐")
        machines.client("two", "submit", PERIOD)
        machines.client("two", "sync")
        browser.wait("again", lambda: (browser.click("header button"), browser.open(base + "/review"),
                                       "遂平县" in browser.text("main form"))[2])
        look(f"/review/{PERIOD}/{TWO}", "review-figures")
        check("the figure stands beside last year's, the last, what is due and the target", all(
            word in browser.text("thead") for word in ("上年同期", "上期", "应达", "目标", "同类中位")))
        machines.client("two", "set", f"values/{PERIOD}", "etrc_provincial=4", "--note", "又一家")
        machines.client("two", "submit", PERIOD)
        machines.client("two", "sync")
        machines.client("city", "sync")
        browser.click("button[value=accepted]")
        check("what was handed in anew meanwhile is not accepted unseen", "又有变动" in browser.text("main"))
        browser.open(base + "/review")
        browser.click("main form a[href='/review?all=1']")
        browser.click("button[value=accepted]")
        check("many are accepted at once", "没有待审核" in browser.text())

        # A department's figures for a unit, typed where they are looked at.
        look(f"/review/{PERIOD}/411702", "review-department")
        browser.type("#f-lm_enterprises", "十二")
        browser.click("#official button")
        check("a figure that is none is marked at its field", "没有保存" in browser.text("main"))
        browser.type("#f-lm_enterprises", "12")
        browser.type("#note", "演示统计")
        browser.click("#official button")
        check("official figures are entered on the page", "已保存" in browser.text("main") and browser.value(
            "#f-lm_enterprises") == "12")

        # A table that LibreOffice made.
        look("/exchange", "exchange")
        template = os.path.join(folder, "targets.xlsx")
        with open(template, "wb") as file:
            file.write(browser.fetch("/exchange/file/xlsx/template/targets"))
        row = {"tenant": TWO, "key": "g05:2019", "target": "9", "baseline": "2"}

        def fill(lines):
            heads = next(index for index, line in enumerate(lines) if "target" in line)
            return lines[:heads + 2] + [[row.get(name, "") for name in lines[heads]]]

        sheet = machines.filled(template, "filled", fill)
        browser.choose_file("input[type=file]", sheet)
        browser.click("form[enctype] button[type=submit]")
        picture("import-preview")
        check("what would change is shown first", "将更改" in browser.text("main") and "9" in browser.text("main"))
        look(None)
        browser.click("form[action='/exchange/apply'] button[type=submit]")
        check("then it is taken in", "已保存" in browser.text("main"))

        # The measures: who has to report, and what is overdue.
        machines.client("city", "set", f"{ONE}:milestones/m14:a", "text=挂牌一家省级研发机构", "due=2019-06-20")
        machines.client("city", "sync")
        browser.click("header button")
        browser.wait("the milestone", lambda: (
            browser.open(f"{base}/measures/{PERIOD}?only=overdue"), "挂牌一家" in browser.text("main"))[1])
        look(f"/measures/{PERIOD}", "measures")
        look(f"/measures/{PERIOD}?only=missing&department=kjj")
        check("who leads sees whose report is missing", "正阳县" in browser.text("tbody"))
        look(f"/measures/{PERIOD}/m14", "measure")

        # The period, its ranking, from a score to the signed edit.
        look("/periods", "periods")
        look(f"/periods/{PERIOD}", "period")
        if "现在截止" in browser.text():
            browser.click(f"form[action='/periods/{PERIOD}/state'] button")
            check("closed", "本期已截止" in browser.text())
        browser.click(f"form[action='/periods/{PERIOD}/publish'] button")
        check("published", "初步排名已公布" in browser.text())
        look(f"/ranking/{PERIOD}", "ranking")
        check("the ranking is the published one", "异议截止" in browser.text("#standing"))
        frozen = browser.text("main table")
        browser.click(f"main a[href='/ranking/{PERIOD}/{ONE}']")
        look(None, "ranking-unit")
        browser.click(f"main a[href='/explain/g03/{PERIOD}/{ONE}']")
        look(None, "explain")
        check("the score leads to who entered the figure", "one" in browser.text("main"))
        browser.click(f"main a[href='/history/{ONE}/values/{PERIOD}/etrc_provincial']")
        look(None, "city-history")
        check("and to the signed edit", "签名有效" in browser.text("main"))
        machines.client("one", "set", f"values/{PERIOD}", "etrc_provincial=1", "--note", "更正")
        machines.client("one", "submit", PERIOD)
        machines.client("one", "sync")
        browser.click("header button")
        browser.wait("the correction", lambda: (browser.open(base + "/review"), "正阳" in browser.text("main"))[1])
        browser.open(f"{base}/ranking/{PERIOD}")
        check("a later edit leaves the published ranking as it is", browser.text("main table") == frozen)
        look(f"/ranking/{PERIOD}?now=1")
        check("what it would come to now is one click away", "随数据变动" in browser.text("#standing"))

        # The bulletin, on paper.
        look(f"/bulletin/{PERIOD}?kind=notice&number=12&date=2019-07-22&red=1", "bulletin")
        check("the bulletin is there to read", "通报" in browser.text("article"))
        browser.open(f"{base}/bulletin/{PERIOD}/print?kind=notice&number=12&date=2019-07-22&red=1")
        picture("bulletin-print")
        size = browser.run("return getComputedStyle(document.querySelector('h1')).fontSize")
        check(f"its own style holds under its policy: {size}", size.startswith("29.3"))
        paper = os.path.join(pictures or folder, "bulletin.pdf")
        browser.pdf(paper)
        with open(paper, "rb") as file:
            printed = Printed(file.read())
        text = "".join(printed.pages)
        check(f"it prints on {len(printed.pages)} pages of A4, each with its number", all(
            size in ((595, 842), (594, 842)) for size in printed.sizes) and all(
            f"— {number} —" in page for number, page in enumerate(printed.pages, 1)))
        missing = [word for word in (
            "驻马店市人民政府文件", "驻政〔2019〕12号", "产业创新升级目标任务完成情况的通报", "正阳县", "遂平县",
            "2019年7月22日", "抄送") if word not in text]
        check(f"with head, number, title, both counties and the date: {missing}", missing == [])
        broken = table_breaks(browser, Printed, folder)
        check(f"wherever its table falls, the head stays with two rows and comes again: {broken}", broken == [])
        look("/bulletin/201911B")
        pages.order("bulletin")
        check("without a published ranking it says what to do", "先在“考核期”一页公布" in browser.text("main"))

        text = browser.fetch(f"/bulletin/{PERIOD}/file/txt?number=12").decode()
        check("a bulletin comes as plain text, too", "驻马店" in text)

        # A reward, decided on its card.
        look("/rewards", "rewards")
        check("what is due is said in words", "应奖 15 万元" in browser.text("main"))
        for kind, word in (("rewards", "壹拾伍万元整"), (f"measures/{PERIOD}", "推进研发机构全覆盖"), ("trail", "督查室")):
            exported = os.path.join(folder, kind.split("/")[0] + ".xlsx")
            with open(exported, "wb") as file:
                file.write(browser.fetch("/exchange/file/xlsx/" + kind))
            with open(machines.office(exported, "csv"), encoding="utf-8") as file:
                check(f"the list of {kind} opens in LibreOffice", word in file.read())
        browser.click("main table td:last-child a")
        look(None, "reward-claim")
        browser.type("#f-approved", "15")
        browser.type("#f-decision_doc", "演示〔2019〕5号")
        browser.click(".sticky button")
        browser.click("#steps form:has([value=approved]) button")
        check("approved", "已保存" in browser.text() and "approved" not in browser.text("#steps form, body"))

        pay(machines, browser, pages, picture)
        browser.open(address)

        # A revision of the plan.
        look("/plan", "plan")
        with open(PLAN, encoding="utf-8") as file:
            source = file.read()
        broken = os.path.join(folder, "broken.yaml")
        with open(broken, "w", encoding="utf-8") as file:
            file.write(source.replace("    weight:", "    wieght:", 1).replace("kind: stock", "kind: stokc", 1))
        browser.choose_file("#file", broken)
        browser.click("form[enctype] button[type=submit]")
        look(None, "plan-faults")
        check("faults are shown with line and text", "没有载入" in browser.text("main") and "stokc" in browser.text("main"))
        revised = os.path.join(folder, "revised.yaml")
        with open(revised, "w", encoding="utf-8") as file:
            file.write(source.replace("zh: 驻马店市产业创新升级工作方案,", "zh: 驻马店市产业创新升级工作方案(修订),", 1))
        browser.choose_file("#file", revised)
        browser.click("form[enctype] button[type=submit]")
        look(None, "plan-preview")
        browser.click("form[action='/plan/load'] button[type=submit]")
        check("loaded, and here at once", "已载入第 2 版" in browser.text("main") and "(修订)" in browser.text("main"))

        # Devices.
        look("/devices", "devices")
        browser.type("#name", "张会计的电脑")
        browser.run(f"document.getElementById('tenant').value = '{ONE}'")
        browser.click("form[action='/devices/token'] button")
        token = browser.text("#token")
        check("a token is shown once", token.startswith("ps1."))
        look(None, "token")
        machines.client("three", "enrol", f"127.0.0.1:{machines.port}", token)
        browser.open(base + "/devices")
        check("it enrols a machine", "张会计的电脑" in browser.text("main"))
        device = browser.run(
            "return Array.from(document.querySelectorAll('tbody tr')).find(row => row.textContent.includes('张会计'))"
            ".children[2].textContent")
        browser.run(f"document.getElementById('revoke-{device}').closest('details').open = true;"
                    f"document.getElementById('revoke-{device}').click()")
        browser.click(f"form[action='/devices/{device}/revoke'] button")
        check("revoked", "设备已吊销" in browser.text("main"))
        refused = machines.client("three", "sync", codes=(1,))
        check("and refused from then on", refused is not None)
        look("/trail", "trail")
        check("the trail names persons and devices", all(word in browser.text("main") for word in ("督查室", "one", "two")))
        browser.open(base + "/trail?by=two")
        check("it can be narrowed down", "督查室" not in browser.text("tbody"))

        # Sealed by force, with the reason in the history.
        browser.open(f"{base}/periods/{PERIOD}")
        browser.run("document.getElementById('force').click()")
        browser.type("#why-seal", "演示")
        browser.click("button.risky")
        check("sealed", "本期已封账" in browser.text("main") and "已封存的排名" in browser.text("main"))
        for path in ("/attention", "/records", "/records/companies", "/outbox", f"/figures/{PERIOD}", "/person",
                     f"/indicator/g03/{PERIOD}", f"/record/companies/{COMPANY}?tenant={ONE}"):
            look(path)
        machines.stop(machines.server)
        browser.open(base + "/devices")
        check("without a server the page says what it cannot show", "现在看不到" in browser.text("main"))
        browser.open(base + "/language")
        pages.end()
        complaints = [one for one in browser.errors() if "/language" not in one]
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
