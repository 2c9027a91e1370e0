#!/usr/bin/env python3
"""Prints bytes that may be JSON, and what another parser than ours takes them for.

usage: json_peer.py SEED COUNT

One line each: the bytes in hexadecimal, a blank, and the value in order as written, or "-" when Python's parser, told
to be strict, refuses it. Strings are in hexadecimal of their UTF-8, numbers as they were written.
"""

import json
import random
import sys

SEEDS = [
    b'{"jsonrpc":"2.0","id":7,"method":"sync.pull","params":{"plan":"p","limit":2000}}',
    '{"名称":"驻马店","values":["2019年","a\\u0062\\n",""],"deep":[[[[]]],{"k":{"k":null}}]}'.encode(),
    b'[0,-0,1,-12,12345678901234567890,1.5,1e3,-2.50E-2,true,false,null]',
    b'{"a":"\\ud83d\\ude00","b":"\\u4e2d","c":"\\"\\\\\\/\\b\\f\\n\\r\\t"}',
    '{"text":"𠮷野家 é e\u0301 \u200d"}'.encode(),
]
PIECES = [
    b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u", b"\\ud800", b"\\udc00", b"\\u0000", b"0", b"-", b".",
    b"e", b"E+", b"1", b"null", b"true", b"nul", b"NaN", b"Infinity", b" ", b"\t", b"\n", b"\r", b"\x0b", b"\x00",
    b"\xef\xbb\xbf", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xe4\xb8\xad", b"\xf0\x9f\x98\x80", b'"a":1', b"//x\n",
]


class Refused(Exception):
    pass


def pairs(members):
    if len({name for name, _ in members}) != len(members):
        raise Refused
    return ("object", members)


def refuse(_):
    raise Refused


def text(value):
    """The bytes of a string; half a character is none."""
    return value.encode("utf-8").hex()


def shown(value):
    if value is None:
        return "n"
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, str):
        return f'"{text(value)}"'
    if isinstance(value, list):
        return "[" + ",".join(shown(element) for element in value) + "]"
    kind, content = value
    if kind == "number":
        return f"#{content}"
    return "{" + ",".join(f'"{text(name)}":{shown(member)}' for name, member in content) + "}"


def verdict(data):
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=pairs, parse_constant=refuse,
            parse_int=lambda number: ("number", number), parse_float=lambda number: ("number", number))
        return shown(value)
    except (Refused, ValueError, RecursionError):
        return "-"


def mutated(chance):
    data = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randrange(4)):
        place = chance.randrange(len(data) + 1)
        kind = chance.randrange(5)
        if kind == 0:
            data[place:place] = chance.choice(PIECES)
        elif kind == 1:
            del data[place:place + chance.randrange(1, 4)]
        elif kind == 2 and place < len(data):
            data[place] = chance.randrange(256)
        elif kind == 3:
            other = chance.choice(SEEDS)
            begin = chance.randrange(len(other))
            data[place:place] = other[begin:begin + chance.randrange(1, 12)]
        else:
            data[place:place + 1] = chance.choice(PIECES)
    return bytes(data)


def main():
    chance = random.Random(int(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        data = mutated(chance)
        print(data.hex() or "00", verdict(data or b"\0"))


if __name__ == "__main__":
    main()
