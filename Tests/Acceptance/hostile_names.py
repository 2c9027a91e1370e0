"""Names that would be markup, scripts or formulas if the page took them for such: each stays the text that it is."""

import csv
import os
import random

from page_story import check, credit_code

ROWS = 500
PIECES = (
    "<script>window.hit=1</script>", "<img src=x onerror=window.hit=1>", "<svg onload=window.hit=1>", "\"><b>", "'",
    "&lt;", "&amp;amp;", "</td></table>", "<!--", "-->", "]]>", "{{7*7}}", "${7*7}", "javascript:window.hit=1",
    "<style>*{}</style>", "\" autofocus onfocus=window.hit=1 x=\"", "<iframe srcdoc=x>", "=1+1", "@SUM(A1)",
    "<a href=//evil.example>", "\\u003c", "%3Cscript%3E", "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>", "县", "公司", "<", ">", "\"", "a b")


def hostile_names(machines, browser, base, machine):
    """Companies with such names come in by a table; every page of them is looked at in the browser."""
    chance = random.Random(20180507)
    names = {}
    while len(names) < ROWS:
        name = "".join(chance.sample(PIECES, chance.randint(1, 4))).strip()[:120].strip()
        if name and name not in names.values():
            names[credit_code("411728", len(names) + 1)] = name
    table = os.path.join(machines.folder, "hostile.csv")
    with open(table, "w", encoding="utf-8", newline="") as file:
        # A guard before what begins like a formula is taken off once, so such a name has one.
        csv.writer(file).writerows([["key", "name"]] + [
            [key, "'" + name if name.lstrip("'")[:1] in tuple("=+-@") else name] for key, name in names.items()])
    machines.client(machine, "import", table, "--as", "companies")
    shown = {}
    for page in range(1, ROWS // 50 + 2):
        browser.open(f"{base}/records/companies?page={page}")
        shown.update(browser.run(
            "return Object.fromEntries(Array.from(document.querySelectorAll('tbody tr')).map(function (row) {"
            "return [row.children[0].textContent, row.children[1].textContent]; }))"))
        strange = browser.run(
            "return Array.from(document.querySelectorAll('main *')).filter(function (one) { return ['SCRIPT', 'IMG',"
            "'STYLE', 'IFRAME', 'BASE', 'META', 'B'].includes(one.tagName) || Array.from(one.attributes).some("
            "function (a) { return a.name.startsWith('on'); }); }).length + (window.hit ? 1 : 0)")
        check(f"page {page} of hostile names holds nothing of theirs but text", strange == 0)
    differing = {key: (name, shown.get(key)) for key, name in names.items() if shown.get(key) != name}
    check(f"all {ROWS} are shown as they were typed: {dict(list(differing.items())[:2])}", not differing)
    key = next(iter(names))
    browser.open(f"{base}/record/companies/{key}")
    check("in a form, too", browser.value("#f-name") == names[key])
