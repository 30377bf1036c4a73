"""Hostile signs: encodings, control signs, marks that turn the writing, huge texts, HTML and templates in texts."""

from __future__ import annotations

import gzip
from collections.abc import Iterable

from cases import OUTCOME, QUESTION, Case, form, of

SEEN = "texts are escaped where they are shown"


def cases() -> Iterable[Case]:
    """Yield every case of this file."""
    yield from of(
        "encoding", dict(encodings()), dict.fromkeys(("mark", "two marks"), "a byte order mark is no sign of the text")
    )
    for where in ("blocks/b.yaml", "choices/shared.yaml", "choices/l.csv"):
        files = {"form.yaml": form("{include: b}", "{name: x, type: select_one l, label: X}"), where: b"\xff\xfe\x00x"}
        yield Case("encoding", where, files)
    yield from of("sign", dict(signs()))
    yield from of(
        "size", dict(sizes()), dict.fromkeys(("label", "block scalar", "folded scalar"), "a long text is text")
    )
    yield from of("markup", dict(markup()), {name: SEEN for name, _text in markup()})
    yield from of("reference", dict(references()))


def encodings() -> Iterable[tuple[str, bytes]]:
    """Everything but UTF-8."""
    good, odd = form().encode(), form().replace("Kecil", "Kécil", 1)
    for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"):
        yield name, form().encode(name)
    for name in ("latin-1", "cp1252", "cp850", "shift-jis"):
        yield name, odd.replace("é", {"shift-jis": "漢"}.get(name, "é")).encode(name)
    yield "utf-7", odd.encode("utf-7").replace(b"K", b"\xff", 1)
    yield "mark", b"\xef\xbb\xbf" + good
    yield "two marks", b"\xef\xbb\xbf" * 2 + good
    yield "mark inside", good.replace(b"Kecil", b"Ke\xef\xbb\xbfcil", 1)
    for name, raw in {
        "lone surrogate": b"\xed\xa0\x80",
        "pair of surrogates": b"\xed\xa0\xbd\xed\xb8\x80",
        "overlong slash": b"\xc0\xaf",
        "overlong zero": b"\xc0\x80",
        "beyond unicode": b"\xf4\x90\x80\x80",
        "cut off": b"\xe2\x82",
        "continuation": b"\x80",
        "ff": b"\xff",
        "zero": b"\x00",
    }.items():
        yield name, good.replace(b"Kecil", b"K" + raw, 1)
    yield "cut off at the end", good + b"# \xe2\x82"
    yield "wrong at the very end", good + b"#" * 200_000 + b"\xff"
    yield "gzip", gzip.compress(good)
    yield "picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400
    yield "zeros", b"\0" * 200_000
    yield "ten megabytes of zeros", b"\0" * 10_000_000


def signs() -> Iterable[tuple[str, str]]:
    """Signs that nobody sees or that come back as others, raw and escaped, in texts and keys."""
    for code in (0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069, 0x2028, 0x2029, 0xFEFF):
        yield f"label U+{code:04X}", form(f'{{name: a, type: text, label: "x\\u{code:04x}y"}}')
    for code in (0x202E, 0x2028, 0xFFFE, 0xFFFF, 0x7F, 0x85, 0x9B, 0x1B, 0x07, 0x08, 0x0C):
        yield f"raw U+{code:04X}", form(f"{{name: a, type: text, label: 'x{chr(code)}y'}}")
    for code in (0x00, 0x07, 0x08, 0x0B, 0x0C, 0x0D, 0x1B, 0x7F, 0x80, 0x9B):
        yield f"escaped U+{code:04X}", form(f'{{name: a, type: text, label: "x\\x{code:02x}y"}}')
    yield "escaped surrogate", form('{name: a, type: text, label: "\\ud83d"}')
    yield "escaped pair", form('{name: a, type: text, label: "\\ud83d\\ude00"}')
    yield "terminal", form(head='"\\e[2J\\e]0;x\\a": x\n')
    yield "key", form(head='"ti\\u202etle": x\n')
    yield "name", form('{name: "a\\u200b", type: text, label: A}')
    yield "name of another script", form("{name: а, type: text, label: A}")
    yield "full width name", form("{name: ａ, type: text, label: A}")
    yield "choice", form().replace("{name: ya,", '{name: "y\\u200ba",')
    yield "form id", form().replace("form_id: small", 'form_id: "small\\u200d"')
    yield "slug", form().replace('slug: "1"', 'slug: "１"')
    yield "version", form().replace('version: "1"', 'version: "1\\n"')
    yield "one line", '{"title":"\\u202e"}'
    yield "one line, escaped zero", '{"title":"\\u0000"}'


def sizes() -> Iterable[tuple[str, str | bytes]]:
    """Huge texts and keys."""
    for name, old, new in (
        ("label", "label: A}", "label: " + "x" * 200_000 + "}"),
        ("key", "pages:", "x" * 1000 + ": y\npages:"),
        ("longer key", "pages:", "x" * 200_000 + ": y\npages:"),
        ("quoted key", "pages:", "'" + "x" * 200_000 + "': y\npages:"),
        ("explicit key", "pages:", "? " + "x" * 200_000 + "\n: y\npages:"),
        ("name", "{name: a,", "{name: " + "a" * 200_000 + ","),
        ("type", "type: select_one yn", "type: " + "x" * 200_000),
        ("list name", "select_one yn", "select_one " + "y" * 200_000),
        ("form id", "form_id: small", "form_id: " + "s" * 200_000),
        ("slug", 'slug: "1"', 'slug: "' + "1" * 200_000 + '"'),
        ("version", 'version: "1"', 'version: "' + "1" * 200_000 + '"'),
        ("retention", "site: 30d", "site: " + "9" * 200_000 + "d"),
        ("score", "score: 1}", "score: " + "9" * 200_000 + "}"),
        ("score of zeros", "score: 1}", "score: 1e" + "0" * 100_000 + "x}"),
        ("parameters", QUESTION, "{name: a, type: text, label: A, parameters: max=" + "9" * 200_000 + "}"),
        ("include", QUESTION, "{include: " + "b" * 200_000 + "}"),
        ("page name", "name: satu", "name: " + "s" * 200_000),
        ("choice name", "{name: ya,", "{name: " + "y" * 200_000 + ","),
        ("default", QUESTION, "{name: a, type: integer, label: A, default: " + "9" * 200_000 + "}"),
        ("language", "[id]", "[" + "i" * 200_000 + "]"),
    ):
        assert old in form(), name
        yield name, form().replace(old, new, 1)
    yield "block scalar", form().replace("title: Kecil", "title: |\n" + "  x\n" * 60_000)
    yield "folded scalar", form().replace("title: Kecil", "title: >\n" + "  x\n" * 60_000)
    yield "one megabyte", form() + "#" * 1_000_000
    yield "ten megabytes", form() + "# x\n" * 2_500_000
    yield "ten megabytes of emoji", (form() + "# \N{GRINNING FACE}\n" * 1_400_000).encode()
    yield "four megabytes on one line", '{"title":"' + "x" * 4_190_000 + '"}'
    yield "five megabytes on one line", '{"title":"' + "x" * 5_000_000 + '"}'
    yield "one line of escapes", '{"title":"' + "\\n" * 2_000_000 + '"}'
    yield "one line of quotes", '{"' * 2_000_000
    yield "one line of brackets", "{" + "}" * 4_000_000
    yield "one line of digits", '{"title":' + "9" * 4_000_000 + "}"


MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</script><script>alert(1)</script>",
    "</textarea><b>",
    "</title><b>",
    "<!-- x",
    "-->",
    "&lt;script&gt;",
    "&#60;b&#62;",
    "\"'><b>",
    "javascript:alert(1)",
    "<a href='javascript:alert(1)'>x</a>",
    "{{ 7 * 7 }}",
    "{% include '/etc/passwd' %}",
    "{0.__class__}",
    "%(x)s %s %n",
    "$(id) `id`",
    "=cmd|'/c calc'!A0",
    "@import url(x)",
    "]]>",
    "\\u003cscript\\u003e",
)


def markup() -> Iterable[tuple[str, str]]:
    """HTML, templates, format strings and formulas in every text that people see."""
    for text in MARKUP:
        quoted = "'" + text.replace("'", "''") + "'"
        rows = f"{{name: a, type: select_one yn, label: {quoted}, hint: {quoted}, required_message: {quoted}}}"
        changed = form(rows, head=OUTCOME.replace("title: T, body: B", f"title: {quoted}, body: {quoted}"))
        changed = changed.replace("title: Kecil", f"title: {quoted}").replace("label: Ya,", f"label: {quoted},")
        yield text, changed.replace("label: Satu", f"label: {quoted}")


def references() -> Iterable[tuple[str, str]]:
    """Answers that a text wants to repeat."""
    for name, old, new in (
        ("label", "label: A}", "label: 'Halo ${a}'}"),
        ("hint", "label: A}", "label: A, hint: '${a}'}"),
        ("title", "title: Kecil", "title: ${a}"),
        ("page", "label: Satu", "label: ${a}"),
        ("choice", "label: Ya,", "label: '${a}',"),
        ("message", "label: A}", "label: A, required_message: '${a}'}"),
        ("translation", "title: Kecil", "title: {id: Kecil, en: '${a}'}"),
        ("card", "title: T,", "title: '${a}',"),
    ):
        yield name, form(head=OUTCOME).replace(old, new, 1)
