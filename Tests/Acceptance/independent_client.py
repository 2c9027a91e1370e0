#!/usr/bin/env python3
"""Plays a whole session with the independent client: enrol, hello, plan, push, resend, pull, watch.

usage: independent_client.py HOST PORT CA_FILE FOLDER TOKEN TOKEN_OF_A_SECOND_DEVICE_OF_THE_SAME_COUNTY
"""

import json
import os
import sys

from plansync_client import Client, RPCError, change_id

PERIOD = "201905B"


def check(what, holds):
    if not holds:
        print(f"BAD {what}")
        sys.exit(1)
    print(f"OK  {what}")


def refused(what, code, call):
    try:
        call()
    except RPCError as error:
        check(f"{what}: {error.code} {error.reason}", error.code == code)
        return error
    return check(what, False)


def main():
    host, port, ca_file, folder, token, second_token = sys.argv[1:7]
    one = Client(host, int(port), os.path.join(folder, "one"), ca_file)
    two = Client(host, int(port), os.path.join(folder, "two"), ca_file)

    stranger = Client(host, int(port), os.path.join(folder, "stranger"), ca_file).connect(anonymous=True)
    check("server.health without a certificate", stranger.call("server.health", {})["status"] == "ok")
    methods = [method["name"] for method in stranger.call("rpc.discover", {})["methods"]]
    check("rpc.discover lists sync.push", "sync.push" in methods)
    refused("sync.pull without a certificate", -32001, lambda: stranger.call("sync.pull", {"plan": "x"}))
    stranger.close()

    enrolled = one.enrol(token)
    check("the device belongs to the token's county", enrolled["device"].startswith("411724."))
    refused("a token works once", -32001, lambda: two.enrol(token))
    two.close()
    two.enrol(second_token)

    one.connect()
    hello = one.hello()
    check("hello names tenant, role and chain",
          (hello["tenant"], hello["lastN"], hello["head"]) == ("411724", 0, "") and hello["inc"] >= 1)
    plan, revision = hello["plans"][0]["id"], hello["plans"][0]["revision"]
    document = one.call("plan.get", {"plan": plan})
    check("plan.get gives the document", document["document"]["plan"]["id"] == plan)

    def set_op(field, value, base=None, **more):
        op = {"rec": ["values", PERIOD], "field": field, "do": "set", "value": value, **more}
        if base:
            op["base"] = base
        return op

    first = one.change(plan, revision, [set_op("high_tech", "3"), set_op("batch_sales", "1234.50")])
    second = one.change(plan, revision, [set_op("high_tech", "4", base=first["id"], shown="3")], note="新认定一家")
    answer = one.push(plan, revision, [first, second])
    check("two changes are applied, densely numbered",
          [(r["outcome"], r["seq"], r["n"]) for r in answer["results"]] == [("applied", 1, 1), ("applied", 2, 2)])
    again = one.push(plan, revision, [first, second])
    check("sent again, the answers are the same", again["results"] == answer["results"])
    error = refused("a gap is named", -32004, lambda: one.push(plan, revision, [dict(second, n=9, id=change_id())]))
    check("the gap says what is expected", error.data["expected"] == 3)

    cells, cursor = one.pull(plan, limit=1)
    found = {cell["field"]: cell for cell in cells}
    check("pull gives the current cells", found["high_tech"]["value"] == "4" and len(cells) == 2)
    check("a cell names its change, place, device and author",
          (found["high_tech"]["rev"], found["high_tech"]["seq"], found["high_tech"]["by"])
          == (second["id"], 2, enrolled["device"]))
    check("nothing after the cursor", one.pull(plan, cursor)[0] == [])
    refused("a forged cursor expires", -32005, lambda: one.pull(plan, cursor[:-4] + "AAAA"))

    one.call("sync.watch", {"plan": plan, "cursor": cursor})
    two.connect()
    two.hello()
    refused("another device's cursor expires", -32005, lambda: two.pull(plan, cursor))
    mine = two.change(plan, revision, [set_op("high_tech", "9", base=first["id"], shown="3")], note="另一台机器")
    outcome = two.push(plan, revision, [mine])["results"][0]["ops"][0]
    check("an edit over a moved base is a conflict", outcome["outcome"] == "conflict" and outcome["conflict"])
    told = one.wait_notification()
    check("sync.changed comes", told["method"] == "sync.changed" and told["params"] == {"plan": plan, "cursor": cursor})
    news, cursor = one.pull(plan, cursor)
    conflict = {c["field"]: c["value"] for c in news if c["rec"] == ["conflicts", outcome["conflict"]]}
    check("both sides are kept", (conflict["ours"], conflict["theirs"], conflict["state"]) == ("4", "9", "open"))
    check("the conflict says what it is about", conflict["about"] == f"values/{PERIOD}/high_tech")
    origin = json.loads(conflict["theirs.from"])
    check("a side says where it comes from",
          (origin["rev"], origin["note"], conflict["ours.from"].count(second["id"])) == (mine["id"], "另一台机器", 1))
    decision = one.change(plan, revision, [{
        "rec": ["conflicts", outcome["conflict"]], "field": "resolution", "do": "set", "value": "theirs"}], note="核对")
    check("a person decides", one.push(plan, revision, [decision])["results"][0]["outcome"] == "applied")
    history = one.call("history.get", {
        "plan": plan, "tenant": "411724", "rec": ["values", PERIOD], "field": "high_tech"})["operations"]
    check("the history tells it all",
          [h["value"] for h in history] == ["3", "4", "9", "9"] and history[2]["note"] == "另一台机器")

    foreign = one.change(plan, revision, [set_op("high_tech", "99")], tenant="411702")
    rejected = one.push(plan, revision, [foreign])["results"][0]
    check("another county's record is refused", rejected["ops"][0]["reason"] == "forbidden_tenant")
    refused("another county's history answers like nothing", -32003, lambda: one.call("history.get", {
        "plan": plan, "tenant": "411702", "rec": ["values", PERIOD]}))
    last = one.change(plan, revision, [set_op("patents", "7")])
    check("a rejected change blocks nothing", one.push(plan, revision, [last])["results"][0]["outcome"] == "applied")
    print("all OK")


if __name__ == "__main__":
    main()
