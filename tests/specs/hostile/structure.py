"""Hostile structure: bombs, depth, doubles, tags, merges, several documents, and far too many of anything."""

from __future__ import annotations

import json
from collections.abc import Iterable

from cases import CHOICES, HEAD, OUTCOME, QUESTION, Case, form, of


def cases() -> Iterable[Case]:
    """Yield every case of this file."""
    yield from of("bomb", dict(bombs()))
    yield from of("depth", dict(depths()))
    yield from of("double", dict(doubles()))
    yield from of("tag", dict(tags()), {"TAG directive": "a directive that no tag uses says nothing"})
    yield from of("merge", dict(merges()))
    yield from of("document", dict(documents()), HARMLESS_DOCUMENTS)
    yield from of("many", dict(many()), {"empty choices columns": "columns of choices are for choice_filter"})


def bombs() -> Iterable[tuple[str, str]]:
    """Anchors and aliases that grow, loop or hide."""
    for levels in (3, 9, 30, 60, 400):
        laughs = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
        yield f"laughs {levels}", form(head="\n".join(laughs) + "\n")
    for levels in (5, 30):
        laughs = ["a0: &a0 {x: y}"] + [f"a{n}: &a{n} {{b: *a{n - 1}, c: *a{n - 1}}}" for n in range(1, levels)]
        yield f"laughing maps {levels}", form(head="\n".join(laughs) + "\n")
    yield "quadratic", form(head="a: &a " + "x" * 50_000 + "\nb: [" + "*a, " * 30_000 + "]\n")
    yield "chain", form(head="a0: &a0 x\n" + "".join(f"a{n}: &a{n} *a{n - 1}\n" for n in range(1, 3000)))
    yield "loop", form(head="a: &a [*a]\n")
    yield "loop of maps", form(head="a: &a {b: *a}\n")
    yield "whole file", "--- &all\n" + form() + "\nvectors: [*all]\n"
    yield "unknown alias", form(head="a: *b\n")
    yield "anchor on nothing", form(head="a: &a\n")
    yield "anchor on a key", form().replace("title:", "&t title:")
    yield "alias as a key", form().replace("title: Kecil", "title: &t Kecil\n*t : x")
    yield "anchor in a question", form("{name: a, type: &t text, label: A}", "{name: b, type: *t, label: B}")
    yield "anchors only", "&a " * 60_000
    yield "aliases only", "[" + "*a, " * 60_000 + "]"
    yield "long anchor", form(head="a: &" + "x" * 200_000 + " y\n")
    yield "includes as laughs", form("{include: a}")  # there is no folder of blocks


def depths() -> Iterable[tuple[str, str]]:
    """Brackets, indentation, groups, and one line of JSON."""
    for depth in (13, 1000, 100_000):
        yield f"lists {depth}", form(head="a: " + "[" * depth + "]" * depth + "\n")
        yield f"maps {depth}", form(head="a: " + "{a: " * depth + "}" * depth + "\n")
        yield f"dashes {depth}", form(head="a:\n  " + "- " * depth + "x\n")
        yield f"one line {depth}", '{"a":' * depth + "1" + "}" * depth
        yield f"one line of lists {depth}", '{"a":' + "[" * depth + "]" * depth + "}"
    yield "never closed", "[" * 200_000
    yield "maps never closed", "{a: " * 60_000
    yield "steps", "".join("  " * n + "a:\n" for n in range(400))
    yield "keys in keys", "? " * 1000 + "a"
    yield "lists over lines", "[\n" * 50_000
    group = "{name: g%d, type: group, label: G, questions: ["
    for depth in (6, 100):
        yield f"groups {depth}", form("".join(group % n for n in range(depth)) + QUESTION + "]}" * depth)
    repeat = "{name: r%d, type: repeat, label: R, questions: ["
    for depth in (2, 6):
        yield f"repeats {depth}", form("".join(repeat % n for n in range(depth)) + QUESTION + "]}" * depth)


def doubles() -> Iterable[tuple[str, str]]:
    """Write the same key or name twice, on every level."""
    good = form(head=OUTCOME + "sample: {a: ya}\nparts: {m: {readers: [office], retention: {site: 1d, office: 1d}}}\n")
    for name, old, new in (
        ("head", "title: Kecil", "title: Kecil\ntitle: Kecil"),
        ("head quoted", "title: Kecil", "title: Kecil\n'title': Besar"),
        ("head escaped", "title: Kecil", 'title: Kecil\n"t\\u0069tle": Besar'),
        ("retention", "site: 30d", "site: 30d, site: 31d"),
        ("page", "label: Satu", "label: Satu\n    label: Dua"),
        ("question", "label: A}", "label: A, label: B}"),
        ("list", "choices:", "choices:\n  yn: [{name: x, label: X}]"),
        ("choice", "label: Ya,", "label: Ya, label: Tidak,"),
        ("text", "title: Kecil", "title: {id: Kecil, id: Besar}"),
        ("rule", "level: low,", "level: low, level: urgent,"),
        ("card", "k: {title: T,", "k: {title: T, title: U,"),
        ("cards", "cards: {k:", "cards: {k: {title: T, body: B}, k:"),
        ("sample", "sample: {a: ya}", "sample: {a: ya, a: tidak}"),
        (
            "part",
            "readers: [office], retention: {site: 1d",
            "readers: [office], readers: [office], retention: {site: 1d",
        ),
        ("choice name", "{name: tidak,", "{name: ya,"),
        ("reader", "readers: [office]\n", "readers: [office, office]\n"),
        ("language", "languages: [id]", "languages: [id, id]"),
        ("question name", f"      - {QUESTION}", f"      - {QUESTION}\n      - {QUESTION}"),
        ("page name", "pages:", "pages:\n  - {name: satu, label: S, questions: [{name: z, type: text, label: Z}]}"),
        ("explicit key", "title: Kecil", "title: Kecil\n? title\n: Kecil"),
    ):
        assert old in good, name
        yield name, good.replace(old, new, 1)
    yield "a thousand", form(head="zz: x\n" * 1000)
    yield "thirty thousand", "a:\n" * 30_000
    yield "one line", json.dumps({"form_id": "x"})[:-1] + ',"form_id":"y"}'
    yield "one line, many", "{" + ",".join(['"a":"1"'] * 100_000) + "}"


def tags() -> Iterable[tuple[str, str]]:
    """Yield what other readers of YAML would run, open or turn into something else."""
    for tag in (
        "!!python/object/apply:os.system [true]",
        "!!python/object/new:os.system [true]",
        "!!python/object:os.system {}",
        "!!python/name:os.system",
        "!!python/module:os",
        "!!python/tuple [1, 2]",
        "!!ruby/object:Gem::Installer {}",
        "!!javax.script.ScriptEngineManager []",
        "!!js/function 'function(){}'",
        "!include /etc/passwd",
        "!include form.yaml",
        "!ENV ${HOME}",
        "!!binary aGFsbw==",
        "!!set {a, b}",
        "!!omap [a: 1]",
        "!!pairs [a: 1]",
        "!!timestamp 2026-01-01",
        "!!float 1e999",
        "!!int 0x10",
        "!!null x",
        "!!str Kecil",
        "!!map {}",
        "!!seq []",
        "! Kecil",
        "!<tag:yaml.org,2002:str> Kecil",
        "!a!b Kecil",
        "!" + "x" * 200_000 + " Kecil",
        "!%00 Kecil",
        "!!",
    ):
        yield tag[:40], form().replace("title: Kecil", f"title: {tag}")
    yield "on a key", form().replace("title:", "!!str title:")
    yield "on a question", form("!!map " + QUESTION)
    yield "on the file", "!!map\n" + form()
    yield "TAG directive", "%TAG ! tag:example.com,2026:\n---\n" + form()
    yield "TAG directive in use", "%TAG !e! tag:example.com,2026:\n---\n" + form().replace("Kecil", "!e!x Kecil", 1)


def merges() -> Iterable[tuple[str, str]]:
    """Merge keys, which YAML 1.1 would fill in."""
    yield "head", "<<: {title: X}\n" + form()
    yield "question", form("{<<: {label: B}, name: a, type: text, label: A}")
    yield "choice", form().replace("{name: ya,", "{<<: {label: X}, name: ya,")
    yield "alias", form(head="a: &a {label: X}\n").replace("{name: a,", "{<<: *a, name: a,")
    yield "list", "<<: [{title: X}, {title: Y}]\n" + form()
    yield "page", form(page="    <<: {label: X}\n")
    yield "default key", "=: x\n" + form()


HARMLESS_DOCUMENTS = {
    "YAML 1.1": "every scalar is text in any version",
    "YAML 1.2": "it is YAML 1.2",
    "unknown directive": "YAML says that readers pass over it",
    "end mark": "one document is one form",
    "start mark": "one document is one form",
}


def documents() -> Iterable[tuple[str, str]]:
    """More than one document, and directives."""
    yield "two", form() + "---\n" + form()
    yield "two, the second empty", form() + "---\n"
    yield "first empty", "---\n---\n" + form()
    yield "after the end mark", form() + "...\n" + form()
    yield "thousands", "---\n" * 60_000
    yield "hidden", form().replace("Kecil", '"x\n---\nform_id: y\n"', 1)
    yield "YAML 1.1", "%YAML 1.1\n---\n" + form()
    yield "YAML 1.2", "%YAML 1.2\n---\n" + form()
    yield "YAML 2.0", "%YAML 2.0\n---\n" + form()
    yield "YAML twice", "%YAML 1.2\n%YAML 1.2\n---\n" + form()
    yield "YAML of letters", "%YAML x.y\n---\n" + form()
    yield "YAML of many digits", "%YAML 1." + "9" * 100_000 + "\n---\n" + form()
    yield "unknown directive", "%PEKSOS x\n---\n" + form()
    yield "thousands of directives", "%A b\n" * 50_000
    yield "directive without a document", "%YAML 1.2\n" + form()
    yield "end mark", form() + "...\n"
    yield "start mark", "---\n" + form()


def many() -> Iterable[tuple[str, str]]:
    """Too many of anything: keys, questions, pages, lists, commas, lines."""
    yield "unknown keys", form(head="".join(f"zz{n}: x\n" for n in range(10_000)))
    yield (
        "unknown keys of a question",
        form("{name: a, type: text, label: A, " + ", ".join(f"zz{n}: x" for n in range(8000)) + "}"),
    )
    yield "near keys", form(head="".join(f"title{n}: x\n" for n in range(10_000)))
    yield "long unknown keys", form(head="".join(f"{'x' * 900}{n}: x\n" for n in range(200)))
    yield "empty questions", form(*["{}"] * 14_000)
    yield "null questions", f"{HEAD}pages: [{{questions: [" + "a," * 110_000 + "]}]\n"
    yield "questions", form(*[f"{{name: a{n}, type: text, label: A}}" for n in range(6000)])
    yield "questions of one name", form(*["{name: a, type: text, label: A}"] * 4000)
    yield "short questions", f"{HEAD}pages: [{{questions: [" + "{name: a}," * 9000 + "]}]\n"
    yield "pages", f"{HEAD}pages:\n" + "- {}\n" * 20_000
    yield "page names", f"{HEAD}pages:\n" + "".join(f"- {{name: p{n}, label: P}}\n" for n in range(5000))
    yield "lists", form(choices="choices:\n" + "".join(f"  l{n}: []\n" for n in range(9000)))
    yield "empty choices", form(choices="choices: {yn: [" + "{}," * 14_000 + "]}\n")
    yield "unnamed choices", form(choices="choices: {yn: [" + "a," * 100_000 + "]}\n")
    yield (
        "empty choices columns",
        form(choices="choices:\n  yn: [{name: ya, label: Ya, " + ", ".join(f"k{n}: x" for n in range(3000)) + "}]\n"),
    )
    yield "commas", "[" + "," * 200_000 + "]"
    yield "colons", ":" * 200_000
    yield "questions marks", "? " * 100_000
    yield "open quotes", "'" * 200_001
    yield "blank lines", "\n" * 250_000
    yield "comments", "#\n" * 120_000
    yield "empty", ""
    yield "one line of commas", '{"pages":[' + '"",' * 400_000 + '""]}'
    yield "one line of maps", '{"pages":[' + "{}," * 149_000 + "{}]}"
    yield "one line of questions", '{"pages":[{"questions":[' + "{}," * 140_000 + "{}]}]}"
    yield "one line of keys", "{" + ",".join(f'"k{n}":"{n}"' for n in range(140_000)) + "}"
    yield "one line of choices", one_line(60_000)
    yield "languages", form(head="").replace("languages: [id]", "languages: [" + "id, " * 20_000 + "]")
    yield "words of one column", form("{name: a, type: text, label: A, appearance: '" + "x " * 60_000 + "'}")
    yield "parameters", form("{name: a, type: text, label: A, parameters: '" + "max=1 " * 30_000 + "'}")
    yield "rules", form(head=OUTCOME.replace("rules: [", "rules: [" + "{}, " * 10_000))
    yield "numbers of a card", form(head=OUTCOME.replace("body: B", "body: B, numbers: '" + "zz " * 60_000 + "'"))
    yield "sample", form(head="sample: {" + ", ".join(f"z{n}: x" for n in range(9000)) + "}\n")
    yield "parts", form(head="parts: {" + ", ".join(f"z{n}: {{}}" for n in range(5000)) + "}\n")
    yield "copies", form(head="parts: {m: {readers: [office], copies: [" + "a, " * 20_000 + "]}}\n")


def one_line(rows: int) -> str:
    """Return a form on one line with a list of so many choices without names."""
    return json.dumps({"choices": {"l": [{"label": "x"}] * rows}, "pages": CHOICES})
