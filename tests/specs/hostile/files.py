"""Hostile files beside a form: lists of ten megabytes, broken CSV, blocks in circles, paths and links to elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from cases import HEAD, OUTCOME, QUESTION, Case, File, folder, form, link, pipe

CHOOSING = "{name: a, type: select_one_from_file l.csv, label: A}"
ROW = "name,label\n"
NEVER = "it is read as the text it is; formulas are for the office's tables to escape"


def cases() -> Iterable[Case]:
    """Yield every case of this file."""
    for name, content, harmless in lists():
        yield Case("list", name, {"form.yaml": form(CHOOSING), "choices/l.csv": content}, harmless)
    for name, shared, harmless in shared_lists():
        yield Case("list", name, {"form.yaml": form(), "choices/shared.yaml": shared}, harmless)
    for name, blocks in circles():
        files = {f"blocks/{one}.yaml": text for one, text in blocks.items()}
        yield Case("include", name, {"form.yaml": form("{include: a}"), **files})
    for name in PATHS:
        yield Case("path", f"include {name}"[:60], {"form.yaml": form(f"{{include: '{name}'}}")})
        files = {"form.yaml": form(f"{{name: a, type: 'select_one_from_file {name}', label: A}}")}
        yield Case("path", f"list {name}"[:60], files)
    yield from links()


def lists() -> Iterable[tuple[str, File, str]]:
    """CSV: too large, never closed, without columns, ragged, full of signs."""
    fine = "a list may have so many rows, and is searched in"
    yield "ten megabytes", ROW + "".join(f"n{n},Sekolah nomor {n} di Kota Metro\n" for n in range(250_000)), ""
    yield "ten megabytes of one field", ROW + "a," + "x" * 10_000_000, ""
    yield "ten megabytes of commas", ROW + "," * 10_000_000, ""
    yield "ten megabytes of lines", ROW + "\n" * 10_000_000, ""
    yield "20,001 rows", ROW + "".join(f"n{n},L\n" for n in range(20_001)), ""
    yield "20,000 rows", ROW + "".join(f"n{n},L\n" for n in range(20_000)), fine
    yield (
        "10,000 rows",
        "name,label,kec\n" + "".join(f"n{n},Sekolah {n} {'x' * 60},k{n % 20}\n" for n in range(10_000)),
        fine,
    )
    yield "large for one list", ROW + "".join(f"n{n},{'x' * 230}\n" for n in range(18_000)), ""
    yield "blank rows", ROW + "a,A\n" + "\n" * 1_000_000 + "b,B\n", "blank lines are no rows"
    yield "never closed", ROW + 'a,"' + "x\n" * 1000, ""
    yield "never closed, large", ROW + 'a,"' + "x\n" * 300_000, ""
    yield "long field", ROW + "a," + "x" * 200_000, ""
    yield "quotes only", '"' * 300_001, ""
    yield "quotes after quotes", ROW + 'a,"A"b"c"\n', ""
    yield "zero", b"name,label\na,x\0y\n", ""
    yield "zero in the head", b"name\0,label\na,A\n", ""
    yield "utf-16", (ROW + "a,A\n").encode("utf-16"), ""
    yield "latin-1", (ROW + "a,Kécil\n").encode("latin-1"), ""
    yield "bidi", (ROW + "a,x\u202ey\n"), ""
    yield "bell", (ROW + "a,x\x07y\n"), ""
    yield "line separator", (ROW + "a,x\u2028y\n"), ""
    yield "empty", "", ""
    yield "only a head", ROW, ""
    yield "no head", "a,A\nb,B\n", ""
    yield "semicolons", "name;label\na;A\n", ""
    yield "tabs", "name\tlabel\na\tA\n", ""
    yield "the same column twice", "name,label,label\na,A,B\n", ""
    yield "the name twice", "name,name,label\na,b,A\n", ""
    yield "too few fields", ROW + "a\n", ""
    yield "too many fields", ROW + "a,A,B,C\n", ""
    yield "a hundred thousand columns", "name,label" + "".join(f",c{n}" for n in range(100_000)) + "\na,A\n", ""
    yield (
        "columns and rows",
        "name,label" + "".join(f",c{n}" for n in range(1000)) + "\n" + "".join(f"n{n},L\n" for n in range(900)),
        "",
    )
    yield "the same name", ROW + "a,A\n" * 20_000, ""
    yield "no names", ROW + ",A\n" * 20_000, ""
    yield "no labels", ROW + "".join(f"n{n},\n" for n in range(20_000)), ""
    yield "spaces in names", ROW + "".join(f"n {n},L\n" for n in range(5000)), ""
    yield "scores", "name,label,score\n" + "".join(f"n{n},L,nan\n" for n in range(5000)), ""
    yield "returns only", "name,label\ra,A\rb,B\r", "a return ends a line too"
    yield "formulas", ROW + "a,=cmd|'/c calc'!A0\nb,@SUM(1)\n", NEVER
    yield "markup", ROW + "a,<script>alert(1)</script>\n", "texts are escaped where they are shown"
    yield "reference", ROW + "a,${a}\n", ""
    yield "binary", bytes(range(256)) * 1000, ""
    yield "yaml", "choices:\n  l: [{name: a, label: A}]\n", ""


def shared_lists() -> Iterable[tuple[str, File, str]]:
    """Yield lists in YAML, shared by all forms."""
    rows = "".join(f"  - {{name: n{n}, label: Sekolah nomor {n} di Kota Metro}}\n" for n in range(200_000))
    yield "shared, ten megabytes", "choices:\n  l:\n" + rows, ""
    yield "shared, a thousand rows", "choices:\n  l:\n" + "".join(rows.splitlines(True)[:1000]), "no question uses it"
    yield "shared, six thousand rows", "choices:\n  l:\n" + "".join(rows.splitlines(True)[:6000]), ""
    yield "shared, laughs", "choices: &a\n  l: [*a]\n", ""
    yield "shared, no list", "- a\n", ""
    yield "shared, tag", "!!python/object:os.system {}\n", ""
    yield "shared, empty", "", ""


def circles() -> Iterable[tuple[str, dict[str, str]]]:
    """Blocks that include themselves, each other, or each other many times over."""
    text = "{name: q, type: text, label: Q}"
    names = [chr(97 + n) for n in range(26)]
    yield "itself", {"a": "questions: [{include: a}]\n"}
    yield "two", {"a": "questions: [{include: b}]\n", "b": "questions: [{include: a}]\n"}
    yield (
        "ring of 26",
        {one: f"questions: [{{include: {other}}}]\n" for one, other in zip(names, [*names[1:], "a"], strict=True)},
    )
    chain = {one: f"questions: [{{include: {other}}}]\n" for one, other in pairwise(names)}
    yield "chain to nowhere", chain
    pairs = pairwise(names)
    laughs = {one: f"questions: [{{include: {other}}}, {{include: {other}}}]\n" for one, other in pairs}
    yield "laughs", {**laughs, "z": f"questions: [{text}]\n"}
    many = {
        one: "questions: [" + f"{{include: {other}}}, " * 40 + "]\n" for one, other in zip("abcd", "bcde", strict=True)
    }
    yield "forty to the fifth", {**many, "e": f"questions: [{text}]\n"}
    yield "forty to the fifth of nothing", {**many, "e": "questions: []\n"}
    rows = "".join(f"  - {{name: q{n}, type: note, label: L}}\n" for n in range(2000))
    yield (
        "a large block many times",
        {"a": "questions: [" + "{include: b}, " * 3000 + "]\n", "b": f"questions:\n{rows}"},
    )
    yield "inside a repeat", {"a": "questions: [{name: r, type: repeat, label: R, questions: [{include: a}]}]\n"}
    yield "inside a group", {"a": "questions: [{name: g, type: group, label: G, questions: [{include: a}]}]\n"}
    groups = {
        one: f"questions: [{{name: g{one}, type: group, questions: [{{include: {other}}}]}}]\n"
        for one, other in pairwise(names)
    }
    yield "groups through blocks", {**groups, "z": f"questions: [{text}, {text}]\n"}
    yield "a whole form", {"a": HEAD + "pages: []\n"}
    yield "not a mapping", {"a": "- a\n"}
    yield "no yaml", {"a": "\0"}
    yield (
        "another list of the same name",
        {"a": "choices: {yn: [{name: x, label: X}]}\nquestions: [" + QUESTION + ", " + QUESTION + "]\n"},
    )


PATHS = (
    "../form", "../../etc/passwd", "/etc/passwd", "/etc/passwd.csv", "..\\\\form", "C:\\\\x", "a/../../b", "./b", "b/",
    "%2e%2e/b", "con", "-",
    "file:///etc/passwd", "http://example.com/x.csv", "~/x", "~root", "$HOME/x", "b.yaml", ".b", "B", "b\tc",
    "a" * 300, "..", ".", "*", "b?", "[b]", "b;id", "|id", "`id`", "ｂ", "b\u200b",
)  # fmt: skip


def links() -> Iterable[Case]:
    """Links, folders and pipes where a file should be."""
    block, listed = form("{include: b}"), form(CHOOSING)
    for name, target in (
        ("passwd", "/etc/passwd"),
        ("itself", "b.yaml"),
        ("nowhere", "/nowhere/x"),
        ("zeros", "/dev/zero"),
    ):
        yield Case("link", f"block to {name}", {"form.yaml": block, "blocks/b.yaml": link(target)})
        yield Case(
            "link", f"list to {name}", {"form.yaml": listed, "choices/l.csv": link(target.replace("b.yaml", "l.csv"))}
        )
        yield Case(
            "link", f"form to {name}", {"other.yaml": form(), "form.yaml": link(target.replace("b.yaml", "form.yaml"))}
        )
    for name, made in (("folder", folder), ("pipe", pipe)):
        yield Case("link", f"{name} as a block", {"form.yaml": block, "blocks/b.yaml": made})
        yield Case("link", f"{name} as a list", {"form.yaml": listed, "choices/l.csv": made})
        yield Case("link", f"{name} as a form", {"form.yaml": made})
    yield Case("link", "blocks to elsewhere", {"form.yaml": form("{include: passwd}"), "blocks": link("/etc")})
    yield Case("link", "twin", {"form.yaml": form(), "twin.yaml": link("form.yaml")})
    yield Case("link", "outcome in a block", {"form.yaml": block, "blocks/b.yaml": OUTCOME})
