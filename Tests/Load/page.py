"""How long an import of many rows, their way to the server and the local page take: page.py BINARIES FOLDER ROWS.

The rows are companies that do not exist. Each request is timed from its first byte out to its last byte in, on one
machine, so that the figures hold the browser's share of nothing but the socket.
"""

import http.cookiejar
import os
import statistics
import sys
import time
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Acceptance"))
from page_story import Machines  # noqa: E402

UNIT = "411724"
# Of an import of 10,000 rows, and of their way to the server.
SECONDS_MAX = 10
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def code(number):
    """A unified social credit code with its check sign (GB 32100-2015)."""
    body = f"91{UNIT}MA" + format(number, "07d")
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + SIGNS[-total % 31]


def main():
    binaries, folder, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
    machines = Machines(binaries, folder)
    machines.start_server()
    try:
        machines.client("one", "enrol", f"127.0.0.1:{machines.port}", machines.token(UNIT, "editor"))
        table = os.path.join(folder, "companies.csv")
        with open(table, "w", encoding="utf-8") as file:
            file.write("uscc,name,size,revenue\n")
            for number in range(rows):
                size = ("large", "medium", "small", "micro")[number % 4]
                file.write(f"{code(number)},{number:06d}号高新技术装备制造股份有限公司,{size},{number}.5\n")
        for step in (("import", table, "--as", "companies"), ("sync",)):
            begun = time.perf_counter()
            machines.client("one", *step)
            seconds = time.perf_counter() - begun
            print(f"{step[0]:<24}{seconds:8.2f} s (at most {SECONDS_MAX * rows / 10_000:.0f})")
            if seconds > SECONDS_MAX * rows / 10_000:
                sys.exit(f"{step[0]} takes too long")
        address, base = machines.start_page("one")
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        opener.open(address).read()
        places = {
            "first page": "/records/companies", "page 100": "/records/companies?page=100",
            "search": "/records/companies?" + urllib.parse.urlencode({"q": "004999"}),
            "sorted": "/records/companies?sort=-revenue", "one company": f"/record/companies/{code(4999)}",
            "home": "/", "attention": "/attention",
        }
        slowest = 0.0
        for name, place in places.items():
            times = []
            for _ in range(21):
                begun = time.perf_counter()
                body = opener.open(base + place).read()
                times.append(1000 * (time.perf_counter() - begun))
            slowest = max(slowest, statistics.median(times))
            print(f"{name:<24}{statistics.median(times):8.1f} ms median  {max(times):8.1f} ms worst  {len(body):8} bytes")
        print(f"{rows} rows: the slowest page's median is {slowest:.1f} ms (at most 100)")
        sys.exit(0 if slowest <= 100 else 1)
    finally:
        machines.stop(machines.server)
        if machines.page:
            machines.stop(machines.page)


main()
