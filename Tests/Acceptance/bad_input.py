"""What people type and send that cannot stand: each has a sentence that says where, and what to do.

bad_input.py BINARIES FOLDER. Everything goes through the programs; the sentences are those of the Chinese command
line, in which the clerks work. A row of the table is: what it is, whose machine, the command, its exit code, and the
pieces of text that have to be in what it says.
"""

import datetime
import os
import subprocess
import sys

import openpyxl

from page_story import Machines, check

ONE, TWO = "411724", "411728"
V = "values/201905B"
LATER = "values/201907B"
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BAY_UNIT, BAY_PERIOD, BAY_FIGURE = "northpier", "2024Q1", "remarks=all fine"
PLANS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Plans")


def code(number):
    """A unified social credit code with its check sign (GB 32100-2015)."""
    body = f"91{ONE}MA" + format(number, "07d")
    return body + SIGNS[-sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body)) % 31]


FIRST, SECOND = code(1), code(2)

TYPED = [
    ("full-width digits and the unit", "kjj", ["set", f"{ONE}:{V}", "rd_expenditure=１２万"], 0, ["→ 12"]),
    ("a thousands mark", "one", ["set", V, "patents=1,234件"], 0, ["→ 1234"]),
    ("another unit of the same kind", "kjj", ["set", f"{ONE}:{V}", "rd_expenditure=3亿"], 1,
     ["换算为 30000 万元", "--convert"]),
    ("the unit's hundredth", "kjj", ["set", f"{ONE}:{V}", "rd_expenditure=350000元"], 1, ["换算为 35 万元"]),
    ("two points", "kjj", ["set", f"{ONE}:{V}", "rd_expenditure=12..5"], 1, ["rd_expenditure", "“12..5”不是数字"]),
    ("half a piece", "one", ["set", V, "patents=12.5"], 1, ["patents", "请填整数"]),
    ("a stroke", "one", ["set", V, "patents=-"], 1, ["是零还是还没有数", "零请填 0"]),
    ("what a failed formula shows", "one", ["set", V, "patents=#REF!"], 1, ["#REF!", "公式出错"]),
    ("less than nothing", "one", ["set", V, "patents=-3"], 1, ["不能小于 0件"]),
    ("an official figure", "one", ["set", V, "gdp=100"], 1, ["市级部门填报"]),
    ("a period that is none", "one", ["set", "values/201906B", "patents=3"], 1, ["201905B 或 201907B"]),
    ("a period after the plan", "one", ["check", "202301B"], 1, ["考核期从 201805B 到 202011B"]),
    ("a letter in a credit code", "one", ["set", "companies/91350100M00O100Y43", "name=甲"], 1,
     ["第 12 位不能是“O”", "是不是 0"]),
    ("a wrong check sign", "one", ["set", "companies/91350100M000100Y44", "name=甲"], 1,
     ["校验码（第 18 位）是 4，应为 3"]),
    ("a code that a spreadsheet made a number", "one", ["set", "companies/9.1411E+17", "name=甲"], 1,
     ["被电子表格变成了数字"]),
    ("a code that is too short", "one", ["set", "companies/913501", "name=甲"], 1, ["有 18 位", "有 6 位"]),
    ("a day that is none", "one", ["set", f"companies/{FIRST}", "name=甲公司", "since=2019.6.31"], 1,
     ["2019.6.31", "只有 30 天"]),
    ("the 29th of February", "one", ["set", f"companies/{FIRST}", "name=甲公司", "since=2019年2月29日"], 1,
     ["只有 28 天"]),
    ("a day as it is written", "one", ["set", f"companies/{FIRST}", "name=甲公司", "since=2019年6月3日"], 0,
     ["→ 2019-06-03"]),
    ("an unseen mark", "one", ["set", f"companies/{SECOND}", "name=乙\u202e公司"], 1, ["看不见的控制字符"]),
    ("the brackets of a document's number", "one",
     ["set", "certificates/c1", f"company={FIRST}", "track=high_tech", "number=GR1", "recognised_on=2019-05-20",
      "valid_from=2019-05-20", "valid_to=2020-05-20", "doc_no=豫科[2019]12号"], 0, ["豫科〔2019〕12号"]),
    ("a certificate that does not last three years", "one", ["check", "201905B"], 1, ["有效期为三年", "有效期止"]),
    ("a field that is none", "one", ["set", V, "patent=3"], 1, ["没有字段“patent”", "是不是“patents”"]),
    ("no field at all", "one", ["set", V], 2, []),
    # Of figures that can stand alone, but not beside each other.
    ("a part that is larger than the whole", "one", ["set", V, "patents=25", "patents_invention=30"], 0, []),
    ("", "one", ["check", "201905B"], 1, ["发明专利申请量不能大于专利申请量", "强制"]),
    ("a report with a fault", "one", ["submit", "201905B"], 1, ["校验未通过", "plansync check 201905B"]),
    ("put right", "one", ["set", V, "patents=40"], 0, []),
    ("a cumulative figure that falls", "one", ["set", LATER, "patents=30", "patents_invention=30"], 0, []),
    ("", "one", ["check", "201907B"], 1, ["累计数不应小于上期的 40", "explanations/201907B:falls:patents"]),
    ("an explanation that explains nothing", "one", ["set", "explanations/201907B:falls:patents", "text=核实无误"], 1,
     ["至少 8 个字", "不算说明"]),
    ("ten thousand times the last figure", "kjj", ["set", f"{ONE}:{V}", "rd_expenditure=1250"], 0, []),
    ("", "kjj", ["set", f"{ONE}:{LATER}", "rd_expenditure=12500000"], 0, []),
    ("", "kjj", ["check", "201907B", "--tenant", ONE], 1, ["上期的 1250", "一万倍", "单位是否填错"]),
    ("a ratio of 350 %", "kjj", ["set", f"{ONE}:{V}", "improved_seed_area=350", "main_crop_area=100"], 0, []),
    ("a share of 350 %", "kjj", ["set", f"{ONE}:{V}", "hightech_value_added=350", "industry_value_added=100"], 0, []),
    ("", "kjj", ["check", "201905B", "--tenant", ONE], 1,
     ["良种播种面积不能大于主要农作物播种面积", "高新技术产业增加值不能大于规模以上工业增加值"]),
]


def say(machines, name, arguments):
    done = subprocess.run(
        [os.path.join(machines.binaries, "plansync"), *arguments, "--home", os.path.join(machines.folder, name),
         "--lang", "zh", "--author", name], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def holds(machines, rows):
    was = ""
    for what, name, arguments, expected, pieces in rows:
        was = what or was
        returned, said = say(machines, name, arguments)
        good = returned == expected and all(piece in said for piece in pieces)
        check(was if good else f"{was}: {' '.join(arguments)}: {returned}, {said}", good)


def sheets(machines, folder):
    """Files that come in: nothing of one with a fault is taken."""
    def book(name, *rows, merge=None):
        workbook = openpyxl.Workbook()
        for row in rows:
            workbook.active.append(row)
        if merge:
            workbook.active.merge_cells(merge)
        path = os.path.join(folder, name)
        workbook.save(path)
        return path

    def raw(name, content):
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    head = ("element", ONE)
    figures = ["--as", V]
    companies = ["--as", "companies"]
    old = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    rows = [
        ("merged cells", book("merged.xlsx", head, ("patents", 41), ("patents_invention", None), merge="B2:B3"),
         figures, 1, ["B2:B3 是合并单元格", "取消合并"]),
        ("a formula that nobody worked out", book("formula.xlsx", head, ("patents", "=20+21")), figures, 1,
         ["第 2 行 B 列", "公式"]),
        ("marks of a spreadsheet", book("marks.xlsx", head, ("patents", "#N/A"), ("patents_invention", "无")), figures, 1,
         ["第 2 行 B 列", "#N/A", "第 3 行 B 列", "是零还是还没有数"]),
        ("a row twice", book("twice.xlsx", head, ("patents", 1), ("patents", 2)), figures, 1, ["与第 2 行重复"]),
        ("a code as a number", book("number.xlsx", ("uscc", "name"), (9.1411e17, "甲")), companies, 1,
         ["第 2 行 A 列", "超过 15 位", "文本"]),
        ("the old format", raw("old.xls", old), companies, 1, [".xlsx"]),
        ("the old format under another name", raw("old.xlsx", old), companies, 1, ["旧格式（.xls）", "密码"]),
        ("no workbook", raw("fake.xlsx", b"hello"), companies, 1, ["不是 .xlsx 表格"]),
        ("another kind of file", raw("list.docx", b"hello"), companies, 1, ["不是 .csv 或 .xlsx 文件"]),
        ("an empty cell leaves what stands",
         book("blank.xlsx", head, ("patents", None), ("patents_invention", 29)), figures + ["--preview"], 0,
         ["将更改 1 个字段", "patents_invention"]),
        ("GB 18030", raw("gb.csv", "element,411724\n创新升级企业专利申请量,41\n".encode("gb18030")),
         figures + ["--preview"], 0, ["GB18030", "41"]),
        ("a day as spreadsheets count it",
         book("day.xlsx", ("uscc", "since", "founded"), (FIRST, 43646, datetime.date(2010, 3, 1))),
         companies + ["--preview"], 0, ["2019-06-30", "2010-03-01"]),
    ]
    holds(machines, [(what, "one", ["import", path, *more], returned, pieces)
                     for what, path, more, returned, pieces in rows])
    holds(machines, [("nothing of a file with faults was taken", "one", ["show", V], 0, ["40"])])


def plans(machines, folder):
    """Plan files: all faults at once, each with line, column and the text."""
    with open(os.path.join(PLANS, "zhumadian-2018-25.yaml"), encoding="utf-8") as file:
        good = file.read()

    def faulty(name, old, new):
        check(f"{name}: there is such a text", old in good)
        path = os.path.join(folder, f"{name}.yaml")
        text = good.replace(old, new, 1)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run(
            [os.path.join(machines.binaries, "plansyncd"), "plan", "check", path], capture_output=True, text=True,
            timeout=120)
        line = good[:good.index(old)].count("\n") + 1
        return done.returncode, done.stdout + done.stderr, line

    returned, said, line = faulty("a field that is none", "rule: patents_invention <= patents,",
                                  "rule: patents_inventoin <= patents,")
    check(f"an unknown element is named with its place: {said}",
          returned == 1 and f":{line}:" in said and "patents_invention" in said)
    returned, said, line = faulty("a figure that is computed from itself", "numerator: rd_expenditure", "numerator: g01")
    check(f"a circle is named with its place: {said}", returned == 1 and "g01 -> g01" in said and f":{line}:" in said)
    returned, said, line = faulty("a path that falls", '["1/6", "1/3", "1/2", "2/3", "5/6", "1"]',
                                  '["1/3", "1/6", "1/2", "2/3", "5/6", "1"]')
    check(f"a path that falls is refused with its place: {said}", returned == 1 and f":{line}:" in said)
    returned, said, _ = faulty("shares that are not 100", 'share: "70"', 'share: "69"')
    check(f"shares that do not sum to 100 are named: {said}", returned == 1 and "100" in said)


def required(binaries, folder):
    """A report without a figure that its plan asks for; the other plan has one."""
    machines = Machines(binaries, os.path.join(folder, "bay"), "harbour-bay-water")
    machines.start_server()
    try:
        machines.client("ost", "enrol", f"127.0.0.1:{machines.port}", machines.token(BAY_UNIT, "approver"))
        holds(machines, [
            ("a report that lacks what is required", "ost", ["set", f"values/{BAY_PERIOD}", BAY_FIGURE], 0, []),
            ("", "ost", ["check", BAY_PERIOD], 1, ["Running cost", "必填"]),
            ("", "ost", ["submit", BAY_PERIOD], 1, [f"plansync check {BAY_PERIOD}"]),
        ])
    finally:
        machines.stop(machines.server)


def main():
    binaries, folder = sys.argv[1:3]
    machines = Machines(binaries, folder)
    machines.start_server()
    try:
        for name, tenant, role in (("one", ONE, "approver"), ("two", TWO, "approver"), ("city", "city", "supervisor"),
                                   ("kjj", "city", "reviewer")):
            machines.client(name, "enrol", f"127.0.0.1:{machines.port}", machines.token(tenant, role))
        holds(machines, TYPED)
        sheets(machines, folder)
        # One company in two counties, and what a lapsed certificate is due.
        machines.client("two", "set", f"companies/{FIRST}", "name=甲公司")
        machines.client("one", "set", "certificates/c1", "valid_to=2022-05-20")
        for name in ("two", "one", "kjj"):
            machines.client(name, "sync")
        machines.client("kjj", "set", f"{ONE}:certificates/c1", "state=in_force")
        for name in ("kjj", "one", "city"):
            machines.client(name, "sync")
        holds(machines, [
            ("one company in two counties", "city", ["check", "201905B"], 1, [f"companies/{FIRST}", "重复"]),
            ("targets that do not sum to the city's", "city", ["set", f"{ONE}:targets/g07:2020", "target=98"], 0, []),
            ("", "city", ["targets", "202011B"], 0, ["98", "100"]),
            ("a reward is claimed", "one", ["rewards", "claim", "r1:c1"], 0, []),
            ("and not twice", "one", ["rewards", "claim", "r1:c1"], 1, ["r1"]),
            ("nor for what is not there", "one", ["rewards", "claim", "r1:c9"], 1, ["c9"]),
        ])
        machines.client("one", "set", "certificates/c2", f"company={FIRST}", "track=high_tech", "number=GR2",
                        "recognised_on=2019-05-21", "valid_from=2019-05-21", "valid_to=2022-05-21",
                        "doc_no=豫科〔2019〕13号")
        machines.client("one", "sync")
        machines.client("kjj", "sync")
        machines.client("kjj", "set", f"{ONE}:certificates/c2", "state=in_force")
        machines.client("kjj", "sync")
        machines.client("kjj", "set", f"{ONE}:certificates/c2", "state=revoked", "--note", "复核未通过")
        machines.client("kjj", "sync")
        machines.client("one", "sync")
        holds(machines, [("a reward for a certificate that was revoked", "one", ["rewards", "claim", "r1:c2"], 1,
                          ["不能申请"])])
        plans(machines, folder)
    finally:
        machines.stop(machines.server)
    required(binaries, folder)
    print("all OK")


main()
