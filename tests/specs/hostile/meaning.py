"""Hostile meaning: circles, patterns, expressions, numbers, truth values, tabs, and every key in the wrong shape."""

from __future__ import annotations

from collections.abc import Iterable

from cases import CHOICES, HEAD, OUTCOME, QUESTION, Case, form, of

LINEAR = "both engines match it in linear time"
SAME = "the value is what the plain way of writing it gives"
SCALAR = "every scalar is text, and nothing is guessed"
NOTHING = "a key without a value is one that is left out"
FITS = "it is as long or as deep as may be"


def cases() -> Iterable[Case]:
    """Yield every case of this file."""
    yield from of("circle", dict(circles()))
    yield from of("pattern", dict(patterns()), dict.fromkeys(HARMLESS_PATTERNS, LINEAR))
    yield from of("expression", dict(expressions()), HARMLESS_EXPRESSIONS)
    yield from of("number", dict(numbers()))
    yield from of("truth", dict(truths()), HARMLESS_TRUTHS)
    yield from of("tab", dict(tabs()), {"in a list": SAME})
    yield from of("shape", dict(shapes()), HARMLESS_SHAPES)


def text(name: str, *columns: str) -> str:
    """Return a question of type text with more columns."""
    return "{" + ", ".join([f"name: {name}", "type: text", f"label: {name.upper()}", *columns]) + "}"


def computed(name: str, calculation: str) -> str:
    """Return a calculation."""
    return f'{{name: {name}, type: calculate, calculation: "{calculation}"}}'


def circles() -> Iterable[tuple[str, str]]:
    """Questions, calculations, levels and repeats that wait for each other."""
    for size in (1, 2, 3, 50, 900):
        ring = [(f"q{n}", f"q{(n + 1) % size}") for n in range(size)]
        yield f"relevant {size}", form(*[text(one, f"relevant: \"${{{other}}} = 'x'\"") for one, other in ring])
        yield f"calculation {size}", form(*[computed(one, f"${{{other}}} + 1") for one, other in ring])
    yield "mixed", form(text("a", "relevant: \"${b} = '1'\""), computed("b", "concat(${a}, '')"))
    yield "page", form(text("a"), page="    relevant: \"${a} = 'x'\"\n")
    yield "group", form("{name: g, type: group, relevant: \"${a} = 'x'\", questions: [" + text("a") + "]}")
    yield (
        "filter",
        form(
            "{name: a, type: select_one yn, label: A, choice_filter: \"${b} = 'ya'\"}",
            "{name: b, type: select_one yn, label: B, choice_filter: \"${a} = 'ya'\"}",
        ),
    )
    yield "filter of itself", form("{name: a, type: select_one yn, label: A, choice_filter: \"${a} = 'ya'\"}")
    yield (
        "repeat count",
        form("{name: r, type: repeat, label: R, repeat_count: 'count(${a})', questions: [" + text("a") + "]}"),
    )
    yield (
        "inside a repeat",
        form(
            "{name: r, type: repeat, label: R, questions: ["
            + text("a", "relevant: \"${b} = 'x'\"")
            + ", "
            + text("b", "relevant: \"${a} = 'x'\"")
            + "]}"
        ),
    )
    level = OUTCOME.replace('"true()"', "\"${a} = 'x'\"")
    yield "level", form(text("a", "relevant: \"${level} = 'low'\""), head=level)
    yield (
        "level by a calculation",
        form(computed("c", "if(${level} = 'low', 1, 2)"), head=level.replace("${a} = 'x'", "${c} = 1")),
    )


PATTERNS = (
    "(a+)+", "(a+)+$", "^(a+)+$", "(a*)*", "(a*)+", "(a+)*b", "([a-zA-Z]+)*", "([a-z]+)+[A-Z]", "(a{1,}){1,}",
    "((a+)b?)+", "(a|a+)+", "(a+|b)+c", "(?:a+)+", "((a)+)+", "(a+b*)+", "(.*)*", "(.+)+x", "([^x]+)+x",
    "(\\d+)+x", "(\\d+[.]?)+x", "(a|a)*b", "(a|aa)+b", "(a|b|ab)*c", "(a?){30}a{30}", "(a?a?)+b", "(aa?)+b",
    "(a{0,30}){0,30}b", "((a{0,9}){0,9}){0,9}b", "a*a*a*a*a*b", "\\d+\\d+\\d+\\d+x", "[a-z]*[a-z]*[a-z]*[a-z]*1",
    "(a*)b(a*)*c",
    "(.*a){20}", "(.*?a){20}", "(x+x+)+y", "^([0-9]+)*$", "^(([a-z])+[.])+[A-Z]([a-z])+$",
    "(a)\\1", "(?P<x>a)(?P=x)", "(?=a)a", "(?!a)b", "(?<=a)b", "(?<!a)b", "(?>a+)b", "a++b", "a*+b", "(?i)a",
    "(?(1)a|b)", "(?#x)a", "\\p{L}+", "\\w+", "\\s+", "\\bword\\b", "\\x61", "\\u0061", "\\Qa\\E", "[[:alpha:]]+",
    "[a-z&&[aeiou]]", "[z-a]", "[]", "[^]", "[a", "(a", "a)", "a**", "a{1001}", "a{1000}{1000}", "(a{999}){999}",
    "((a{99}){99}){99}", "a{2,1}", "a{,5}", "{5}", "*a", "+", "?", "|", "(|a)+", "()*", "($)*", "(^a)*", "a$b", "a^b",
    "\\", "a\\", ".", ".*.*.*.*.*.*=.*",
)  # fmt: skip
HARMLESS_PATTERNS = ("|", "()*", "\\d" * 20)


def patterns() -> Iterable[tuple[str, str]]:
    """Patterns that freeze an engine, or that two engines read differently."""
    for pattern in (*PATTERNS, "(" * 5000 + "a" + ")" * 5000, "(" * 200_000, "[" * 200_000, "a|" * 60_000, "\\d" * 900):
        quoted = pattern.replace("\\", "\\\\")
        yield pattern[:40], form(text("a", f"constraint: \"regex(., '{quoted}')\""))


EXPRESSIONS = (
    "1 +", "(1", "1)", "'x", '"x', "${a", "${", "$a", "${A}", "${b}", "${a}.${a}", "a", ".. = 1", "//a",
    "/data/a", "@x", "instance('x')", "pulldata('x', 'y', 'z', ${a})", "jr:choice-name(${a}, 'a')",
    "__import__('os').system('true')", "eval('1')", "system('true')", "document('/etc/passwd')", "1; 2", "a := 1",
    "${a} == 'x'", "${a} && true()", "!${a}", "1 = 1 = 1 =", "${a} = yes", "${a} = 'x' and", "not()", "not(1, 2)",
    "if(1)", "if('x', 1, 2)", "if(true(), 1, 'x')", "concat()", "regex(${a})", "regex(., ${a})", "selected(${a})",
    "round(1)", "position()", "count(${a})", "string-length()", "substr()", "true", "false", "null",
    "1 < 'x'", "${a} < 1", "${a} = 1", "'x' * 2", "-'x'", "today() = 'x'", "date('x') = today()", "1e", "0x10", "1_000",
    "٣ = 3", "½ = 1", "1 = 1\u200b", "\u201cx\u201d = ${a}", "{{7*7}}", "<script>", "=1", "#x", "1 div", "div 1",
    "count-selected(1)", "coalesce(1)", "coalesce(1, 'x')", "indexed-repeat(1)", "random(1)", "uuid()", "digest('x')",
    "once()", "score(1)", "format-date(1)", "decimal-date-time(1)",
)  # fmt: skip
HARMLESS_EXPRESSIONS = {
    "1 div 0": "a division by nothing is empty",
    "round(1)": "a number is true unless it is 0",
    "long text": "a long text is text",
    **dict.fromkeys(("brackets 20", "not 20", "if 20", "minus 20", "sum 1000"), FITS),
}


def expressions() -> Iterable[tuple[str, str]]:
    """Yield what no expression can be, too deep or too long."""
    for expression in EXPRESSIONS:
        quoted = expression.replace("'", "''")
        yield expression, form(text("a", f"constraint: '{quoted}'"))
    for name, expression in bombs():
        yield name, form(text("a", f'constraint: "{expression}"'))


def bombs() -> Iterable[tuple[str, str]]:
    """Long and deep expressions."""
    for depth in (20, 1000, 100_000):
        yield f"brackets {depth}", "(" * depth + "1 = 1" + ")" * depth
        yield f"not {depth}", "not(" * depth + "1 = 1" + ")" * depth
        yield f"if {depth}", "if(1 = 1, " * depth + "true()" + ", false())" * depth
        yield f"minus {depth}", "-" * depth + "1 = 1"
    yield "never closed", "(" * 100_000
    for count in (1000, 20_000):
        yield f"sum {count}", "1" + " + 1" * count + " = 1"
        yield f"or {count}", "1 = 1" + " or 1 = 1" * count
        yield f"arguments {count}", "concat(" + "'x', " * count + "'x') = 'x'"
        yield f"names {count}", "${a} = 'x'" + " or ${a} = 'x'" * count
        yield f"spaces {count}", "1 = 1" + " " * count * 10
    yield "long text", "${a} != '" + "x" * 1000 + "'"
    yield "longer text", "${a} != '" + "x" * 200_000 + "'"
    yield "digits", "9" * 200_000 + " = 1"
    yield "huge number", "9" * 400 + " > 1"
    yield "1e999", "1e999 > 1"
    yield "1 div 0", "1 div 0 > 1"
    yield "pow", "pow(9, 99999) > 1"
    yield "quotes", "'x'" * 60_000
    yield "dots", "." * 100_000


def numbers() -> Iterable[tuple[str, str]]:
    """Numbers that readers of YAML, Python or JavaScript take for something else."""
    for version in (
        "010",
        "0o17",
        "0x1F",
        "1_000",
        "1e3",
        "1.10",
        "1:30",
        "2026-01-01",
        ".5",
        "+1",
        "~",
        "null",
        "1e999",
    ):
        yield f"version {version}", form().replace('version: "1"', f"version: {version}")
        yield f"slug {version}", form().replace('slug: "1"', f"slug: {version}")
    for period in (
        "30",
        "0d",
        "-1d",
        "+1d",
        "1.5d",
        "٣d",
        "1e3d",
        "99999d",
        "1 d",
        "1D",
        "d",
        "30d1y",
        "1_0d",
        "030d",
        "inf",
    ):
        yield f"retention {period}", form().replace("site: 30d", f"site: '{period}'")
    for score in (
        "nan",
        "inf",
        "-inf",
        "1e999",
        "-1e999",
        "satu",
        "1,5",
        "0x10",
        "",
        "1 2",
        "[1]",
        "{a: 1}",
        "true",
        "1_000",
        "٣",
    ):
        yield f"score {score}", form().replace("score: 1}", f"score: {score}}}")
    for kind, words in (
        ("text", ("max=0", "max=-1", "max=1e9", "max=99999", "max=٣", "max=", "=1", "max", "max=1_0", "max=1 max=2")),
        (
            "integer",
            ("min=nan", "max=inf", "min=1e999", "min=0x1", "min=2 max=1", "min=1,5", "min=--1", "min=" + "9" * 400),
        ),
        ("date", ("min=2026-02-30", "min=0000-00-00", "max=today", "min=2026-1-1", "min=2026-01-02 max=2026-01-01")),
        (
            "range",
            (
                "step=0",
                "step=-1",
                "start=10 end=0",
                "start=0 end=1e999",
                "step=3",
                "start=nan",
                "end=99999999 step=0.001",
            ),
        ),
        ("repeat", ("max=0", "max=-1", "max=1e9")),
    ):
        inside = ", questions: [" + text("b") + "]" if kind == "repeat" else ""
        for one in words:
            yield f"{kind} {one[:30]}", form(f"{{name: a, type: {kind}, label: A, parameters: '{one}'{inside}}}")
    for default in ("nan", "1e9", "1_0", "٣", "1.0", "0x1", "9" * 16):
        yield f"default {default}", form(f"{{name: a, type: integer, label: A, default: '{default}'}}")


HARMLESS_TRUTHS = {
    **dict.fromkeys(("label ~", "label null", "name null"), SCALAR),
    **dict.fromkeys(("required 1", "required 0"), "a number is true unless it is 0"),
    "required ''": NOTHING,
}


def truths() -> Iterable[tuple[str, str]]:
    """Words that YAML 1.1 takes for true, false or nothing."""
    for word in ("yes", "no", "on", "off", "y", "n", "True", "TRUE", "False", "1", "0", "~", "null", "''"):
        yield f"read_only {word}", form(text("a", f"read_only: {word}"))
        yield f"required {word}", form(text("a", f"required: {word}"))
    for word in ("no", "off", "~", "null", "true"):
        yield f"language {word}", form().replace("[id]", f"[{word}]")
        yield f"seal_at {word}", form().replace("arrival", word)
    for word in ("~", "null", "''"):
        yield f"name {word}", form(QUESTION.replace("name: a", f"name: {word}"))
        yield f"type {word}", form(QUESTION.replace("type: select_one yn", f"type: {word}"))
        yield f"label {word}", form(QUESTION.replace("label: A", f"label: {word}"))


def tabs() -> Iterable[tuple[str, str]]:
    """Tabs where YAML wants spaces."""
    yield "indentation", form().replace("    label: Satu", "\tlabel: Satu")
    yield "indented list", form().replace("      - {", "\t- {")
    yield "mixed", form().replace("    questions:", "  \t questions:")
    yield "after a colon", form().replace("title: Kecil", "title:\tKecil")
    yield "in a list", form().replace("[office]", "[\toffice\t]")
    yield "blank line", form().replace("pages:", "\t\npages:")
    yield "before a comment", form().replace("title: Kecil", "title: Kecil\t# x")
    yield "only tabs", "\t" * 200_000
    yield "before a key", "\t" + form()


WRONG = {"list": "[x, [y]]", "map": "{x: {y: z}}", "nothing": "", "number": "7"}
COLUMNS = (
    "hint", "guidance_hint", "required", "required_message", "relevant", "constraint", "constraint_message", "warn",
    "warn_message", "calculation", "default", "read_only", "appearance", "parameters", "choice_filter", "repeat_count",
    "alert", "part", "questions", "sensitivity", "include",
)  # fmt: skip


EMPTY = (
    "closing", "sample", "vectors", "parts", "column hint", "column guidance_hint", "column required", "column alert",
    "column required_message", "column relevant", "column constraint", "column constraint_message", "column warn",
    "column default", "column appearance", "column parameters", "column choice_filter", "outcome notes", "choice kec",
    "outcome explanation", "outcome numbers", "part copies",
)  # fmt: skip
SEVEN = (
    "title", "heading", "audience", "closing", "column hint", "column guidance_hint", "column required", "column label",
    "column required_message", "column relevant", "column constraint", "column constraint_message", "column warn",
    "column choice_filter", "column alert", "outcome explanation", "outcome when", "outcome title", "outcome body",
    "choice name", "choice label", "choice score", "choice kec",
)  # fmt: skip
HARMLESS_SHAPES = {
    **{f"{key} nothing": NOTHING for key in EMPTY},
    **{f"{key} number": SCALAR for key in SEVEN},
    "vectors list": "what a vector holds is looked at when it is tried",
}


def shapes() -> Iterable[tuple[str, str]]:
    """Put a list, a map, nothing or a number where something else belongs, at every key of the language."""
    good = form(head=OUTCOME + "closing: Terima kasih\nevent: [event_topic]\nsample: {a: ya}\nvectors: []\n")
    keys = [line.partition(":")[0] for line in HEAD.splitlines()]
    for shape, value in WRONG.items():
        for key in (*keys, "closing", "event", "sample", "vectors", "parts", "outcome", "choices", "pages"):
            lines = good.splitlines(keepends=True)
            start = next((n for n, line in enumerate(lines) if line.startswith(f"{key}:")), len(lines))
            end = next((n for n in range(start + 1, len(lines)) if not lines[n].startswith(" ")), len(lines))
            yield f"{key} {shape}", "".join([*lines[:start], f"{key}: {value}\n", *lines[end:]])
        for key in COLUMNS:
            yield f"column {key} {shape}", form(f"{{name: a, type: select_one yn, label: A, {key}: {value}}}")
        for key in ("name", "type", "label"):
            row = {"name": "a", "type": "select_one yn", "label": "A", key: value}
            yield f"column {key} {shape}", form("{" + ", ".join(f"{one}: {it}" for one, it in row.items()) + "}")
        for key in ("show", "rules", "cards", "notes", "explanation"):
            line = {
                "show": "never",
                "rules": "[{level: low, when: 'true()', card: k}]",
                "cards": "{k: {title: T, body: B}}",
            }
            line[key] = value
            yield (
                f"outcome {key} {shape}",
                form(head="outcome: {" + ", ".join(f"{a}: {b}" for a, b in line.items()) + "}\n"),
            )
        for key in ("level", "when", "card", "title", "body", "numbers", "urgent"):
            changed = OUTCOME.replace("body: B", "body: B, numbers: [], urgent: false")
            before, _, rest = changed.partition(f"{key}: ")
            stop = min((rest + ",}").index(sign) for sign in ",}")
            yield f"outcome {key} {shape}", form(head=f"{before}{key}: {value}{rest[stop:]}")
        for key in ("name", "label", "score", "kec"):
            yield (
                f"choice {key} {shape}",
                form(choices=CHOICES.replace("{name: ya, label: Ya, score: 1", choice(key, value))),
            )
        for key in ("readers", "retention", "copies"):
            yield (
                f"part {key} {shape}",
                form(
                    head=f"parts: {{m: {{readers: [office], retention: {{site: 1d, office: 1d}}, {key}: {value}}}}}\n"
                ),
            )
        yield f"page {shape}", f"{HEAD}{CHOICES}pages: [{value}]\n"
        yield (
            f"rule {shape}",
            form(head=f"outcome: {{show: never, rules: [{value}], cards: {{k: {{title: T, body: B}}}}}}\n"),
        )
        yield f"question {shape}", form(value or "''")
        yield f"list {shape}", form(choices=f"choices: {{yn: {value}}}\n")
        yield f"row {shape}", form(choices=f"choices: {{yn: [{value}]}}\n")
        yield f"file {shape}", f"{value}\n"


def choice(key: str, value: str) -> str:
    """Return the beginning of a choice with one column of another shape."""
    row = {"name": "ya", "label": "Ya", "score": "1", key: value}
    return "{" + ", ".join(f"{one}: {it}" for one, it in row.items())
