"""The pages of a PDF and the text on them, over the standard library: enough for what Chromium prints."""

import re
import unicodedata
import zlib

# What fonts use for radicals where the character is meant, and Unicode does not map to it.
RADICALS = str.maketrans("⺠⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳", "民见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟")


class Printed:
    """A PDF file whose fonts say which characters their glyphs are."""

    def __init__(self, content):
        self.objects = {
            int(number): body for number, body in
            re.findall(rb"(?<!\d)(\d+) 0 obj\b(.*?)\bendobj", content, re.DOTALL)}
        pages = [body for body in self.objects.values() if re.search(rb"/Type\s*/Page\b", body)]
        self.pages = [self._text(page) for page in pages]
        self.sizes = [
            tuple(round(float(side)) for side in re.search(rb"/MediaBox\s*\[([^\]]*)\]", page)[1].split()[2:])
            for page in pages]

    def _reference(self, body, name):
        found = re.search(rb"/" + name + rb"\s*(\d+) 0 R", body)
        return self.objects[int(found[1])] if found else body

    @staticmethod
    def _stream(body):
        start = re.search(rb"stream\r?\n", body)
        content = body[start.end():body.rindex(b"endstream")]
        return zlib.decompressobj().decompress(content) if b"/FlateDecode" in body[:start.start()] else content

    def _glyphs(self, font):
        """Characters by glyph, from a font's ToUnicode table."""
        table = self._stream(self._reference(font, b"ToUnicode")).decode("latin-1")
        glyphs = {}
        for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
            for code, text in re.findall(r"<(\w+)>\s*<(\w+)>", block):
                glyphs[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
        for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
            for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
                for code in range(int(first, 16), int(last, 16) + 1):
                    glyphs[code] = chr(int(text, 16) + code - int(first, 16))
        return glyphs

    def _text(self, page):
        fonts = {
            name: self._glyphs(self.objects[int(number)]) for name, number in
            re.findall(rb"/(F\d+)\s+(\d+) 0 R", self._reference(page, b"Resources"))
            if b"/ToUnicode" in self.objects.get(int(number), b"")}
        text, glyphs = [], {}
        operators = re.compile(rb"/(F\d+)\s+[\d.]+\s+Tf|<([0-9A-Fa-f]*)>|\((?:[^()\\]|\\.)*\)|\bET\b", re.DOTALL)
        for found in operators.finditer(self._stream(self._reference(page, b"Contents"))):
            if found[1]:
                glyphs = fonts.get(found[1], {})
            elif found[2]:
                codes = found[2].decode()
                text += [glyphs.get(int(codes[at:at + 4], 16), "") for at in range(0, len(codes), 4)]
        return unicodedata.normalize("NFKC", "".join(text)).translate(RADICALS)
