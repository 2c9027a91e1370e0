#!/usr/bin/env python3
"""The city and a county in two pages of one real browser: reports that are missing are asked for, many at once, and the
county answers; figures of a department that are typed at the review are not lost; a ranking is published, the county
objects, the city decides, the county reads it; and after the seal a figure is amended, beside what was sealed.

usage: dealings_page.py BINARIES FOLDER [PICTURES]
"""

import os
import shutil
import sys

from page_story import PERIOD, Look, Machines, check
from webdriver import Browser

ONE, TWO = "411724", "411728"


def main():
    binaries, folder = sys.argv[1:3]
    pictures = sys.argv[3] if len(sys.argv) > 3 else None
    if not shutil.which("chromedriver"):
        print("UNABLE chromedriver is not here")
        return
    machines = Machines(binaries, folder)
    machines.start_server()
    for name, tenant, role in (("one", ONE, "approver"), ("two", TWO, "approver"), ("city", "city", "supervisor")):
        machines.client(name, "enrol", f"127.0.0.1:{machines.port}", machines.token(tenant, role))
    for unit, target in ((ONE, 6), (TWO, 4)):
        machines.client("city", "set", f"{unit}:targets/g03:2019", f"target={target}", "baseline=1")
    machines.client("city", "sync")
    machines.client("two", "sync")
    machines.client("two", "set", f"values/{PERIOD}", "etrc_provincial=3", "patents=40", "patents_invention=4")
    machines.client("two", "submit", PERIOD)
    machines.client("two", "sync")
    browser = Browser()
    pages = Look(browser)
    city_page = county_page = None

    def picture(name):
        pages.at(name)
        if pictures:
            browser.picture(os.path.join(pictures, name + ".png"))

    def sent(base):
        browser.wait("sent", lambda: (browser.open(base + "/outbox"), "没有等待上报的更改" in browser.text("main"))[1])

    def fetched(base, path, word, where="main"):
        """Asks for a synchronisation until a page says something."""
        browser.wait(word, lambda: (
            browser.open(base + path), browser.click("header button"), word in browser.text(where))[2])

    try:
        address, city = machines.start_page("city", "督查室")
        city_page = machines.page
        browser.open(address)
        address, county = machines.start_page("one", "王敏")
        county_page, machines.page = machines.page, city_page
        browser.open(address)

        # Missing reports are asked for.
        fetched(city, "/review", "遂平县", "main form")
        browser.open(f"{city}/overview/{PERIOD}")
        browser.click(f"main a[href='/remind/{PERIOD}?only=report']")
        check("who has not reported is listed, who has is not",
              "正阳县" in browser.text("tbody") and "遂平县" not in browser.text("tbody"))
        browser.click("main button[type=submit]")
        check("nobody is reminded by chance", "请先选择要催办的单位" in browser.text("main"))
        browser.click("main a[href*='all=1']")
        browser.run("document.getElementById('level').selectedIndex = 1")
        browser.type("#words", "逾期将通报批评")
        picture("remind")
        count = browser.run("return document.querySelectorAll('input[type=checkbox]:checked').length")
        browser.click("main button[type=submit]")
        check(f"{count} units are reminded at once", f"已发出 {count} 份催办" in browser.text("main") and count > 3)
        check("and what was sent stands beside each", browser.text("tbody").count("橙色") == count)
        browser.click("main a[href*='all=1']")
        browser.run("document.getElementById('level').selectedIndex = 1")
        browser.click("main button[type=submit]")
        check("the same is not sent twice while it waits", "还没有回复" in browser.text("main"))
        sent(city)
        fetched(county, "/", "逾期将通报批评")
        check("the county sees it on its first page, with its colour", "橙色" in browser.text(".tasks"))
        picture("reminded")
        browser.type("[name=reply]", "今日上报")
        browser.click(".tasks form button")
        check("and answers it there", "已回复" in browser.text("main") and "逾期将通报批评" not in browser.text(".tasks"))
        sent(county)
        fetched(city, f"/remind/{PERIOD}?only=report", "已回复", "tbody")
        browser.open(city + "/")
        check("the city hears of the answer", "督办单" in browser.text(".tasks"))

        # The report comes; figures of a department that are typed while it is looked at are not lost.
        machines.client("one", "set", f"values/{PERIOD}", "etrc_provincial=2", "patents=30", "patents_invention=4")
        machines.client("one", "submit", PERIOD)
        browser.open(county + "/")
        browser.click("header button")
        sent(county)
        fetched(city, "/review", "正阳县", "main form")
        browser.open(f"{city}/review/{PERIOD}/{ONE}")
        browser.type("#f-lm_enterprises", "12")
        browser.click("button[value=accepted]")
        check("a report is not accepted over figures that are typed and not saved",
              "尚未保存" in browser.text("main") and browser.value("#f-lm_enterprises") == "12")
        picture("review-unsaved")
        browser.type("#reason", "统计数已补,请核对后重报")
        browser.click("button[value=returned]")
        browser.open(f"{city}/review/{PERIOD}/{ONE}")
        check("given back, they are saved with it", browser.value("#f-lm_enterprises") == "12")
        sent(city)
        fetched(county, "/", "填报被市级退回")
        browser.open(f"{county}/report/{PERIOD}")
        browser.click(f"form[action='/report/{PERIOD}/submit'] button")
        sent(county)
        fetched(city, "/review", "正阳县", "main form")
        browser.click("main form a[href='/review?all=1']")
        browser.click("button[value=accepted]")
        sent(city)

        # A preliminary ranking, and an objection to it.
        browser.open(f"{city}/periods/{PERIOD}")
        if "现在截止" in browser.text():
            browser.click(f"form[action='/periods/{PERIOD}/state'] button")
        browser.type("#until", "2099-12-31")
        browser.run("document.getElementById('until').value = '2099-12-31'")
        browser.click(f"form[action='/periods/{PERIOD}/publish'] button")
        check("published", "初步排名已公布" in browser.text())
        fetched(county, f"/ranking/{PERIOD}", "提出异议")
        picture("ranking-county")
        browser.click("#objections a.button")
        browser.type("#f-item", "研发中心数")
        browser.type("#f-facts", "省厅文件认定三家,系统按两家计")
        browser.click(".sticky button")
        check("the county objects on the page", "已保存在本机" in browser.text("main"))
        picture("objection")
        sent(county)
        fetched(city, f"/periods/{PERIOD}", "排名异议")
        browser.click("main a[href*='/record/objections/']")
        browser.type("#f-answer", "文件日期在考核期之后,不予采纳")
        browser.click(".sticky button")
        picture("objection-city")
        browser.click("#steps form:has([value=dismissed]) button")
        check("the city decides with its reason", "不成立" in browser.text("#steps .here"))
        sent(city)
        fetched(county, f"/ranking/{PERIOD}", "不成立", "#objections")
        browser.click("#objections a:not(.button)")
        check("the county reads decision and reason", "不予采纳" in browser.text("main") and "不成立" in browser.text(
            "#steps .here"))

        # Sealed; then a figure is amended.
        browser.open(f"{city}/periods/{PERIOD}")
        browser.run("document.getElementById('force').click()")
        browser.type("#why-seal", "演示")
        browser.click("button.risky")
        check("sealed", "本期已封账" in browser.text("main"))
        browser.open(f"{city}/ranking/{PERIOD}")
        frozen = browser.text("main table")
        browser.open(f"{city}/review/{PERIOD}/{ONE}")
        browser.run("document.getElementById('field').value = 'etrc_provincial'")
        browser.type("#value", "五")
        browser.type("[name=reason]", "审计决定〔2019〕3号")
        browser.click("#amendments button")
        check("an amendment that is no figure is refused", "五" in browser.text(".notice.bad"))
        browser.type("#value", "5")
        browser.type("#amendments [name=reason]", "审计决定〔2019〕3号")
        browser.click("#amendments button")
        check("a sealed figure is amended with a reason", "已更正" in browser.text("main"))
        check("what stood there, what stands now and why are shown", all(
            word in browser.text("#amendments tbody") for word in ("2", "5", "审计决定")))
        check("and the ranking worked out anew beside the sealed one", "按更正后的数据" in browser.text("#recomputed"))
        picture("amended")
        browser.click("#recomputed a")
        check("for all units, too", "已封存得分" in browser.text("main thead") and browser.run(
            "return document.querySelectorAll('main td .mark.pending').length") > 0)
        picture("ranking-beside")
        browser.open(f"{city}/ranking/{PERIOD}")
        check("what was sealed stays", browser.text("main table") == frozen)
        browser.open(f"{city}/periods/{PERIOD}")
        check("the period names its amendments", "审计决定" in browser.text("main"))
        picture("period-sealed")
        fetched(county, f"/report/{PERIOD}", "已封账")
        browser.open(f"{county}/report/{PERIOD}")
        check("the county sees the amended figure", "5" in browser.run(
            "return document.querySelector('main').innerText + Array.from(document.querySelectorAll('main input'))"
            ".map(one => one.value).join(' ')"))
        pages.end()
        complaints = browser.errors()
        check(f"the browser has nothing to complain of: {complaints}", complaints == [])
        print("all OK")
    finally:
        browser.close()
        for process in (city_page, county_page, machines.server):
            if process and process.poll() is None:
                machines.stop(process)


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        print(f"BAD {error}")
        sys.exit(1)
