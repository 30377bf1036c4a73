"""Random submissions: whatever is posted to any type, filling never raises and accepts nothing that the form forbids.

What each variant of a type allows is written here a second time, by other means than the types'. Every type gets
`PEKSOS_FUZZ` submissions, a few hundred unless that is set; `make fuzz` sends fifty thousand to each.
"""

from __future__ import annotations

import json
import math
import os
import random
import re
import runpy
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from forms_app.answers.filling import fill
from forms_app.answers.recheck import StoredAnswers, as_posted
from forms_app.answers.submission import canonical
from forms_app.specs.model import FormSpec
from forms_app.specs.reader import read_spec
from forms_app.specs.types import TYPES

SUBMISSIONS = int(os.environ.get("PEKSOS_FUZZ", "250"))
TODAY, NOW = date(2026, 11, 22), datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
HOSTILE: list[str] = runpy.run_path(str(Path(__file__).parents[1] / "specs" / "types" / "test_contract.py"))["HOSTILE"]
HEAD = """\
form_id: random
slug: "1"
version: "1"
title: T
heading: H
audience: guru
sensitivity: public
readers: [office]
seal_at: arrival
legal_basis: consent
retention: {site: 30d, office: 1y}
languages: [id]
choices:
  few: [{name: a, label: A, kec: x}, {name: b, label: B, kec: x}, {name: "≥5", label: C, kec: y}]
  xy: [{name: x, label: X}, {name: y, label: Y}]
"""
KEC = {"a": "x", "b": "x", "≥5": "y"}
Allows = Callable[[Any], bool]


@dataclass(frozen=True)
class Kind:
    """What is tried of one type: its variants with what each allows, and texts that nearly answer it."""

    written: str
    variants: Sequence[tuple[str, Allows]]
    texts: Sequence[str]
    fixed: str = ""
    """A default that a read_only question always gives, where the type can be read_only."""
    filtered: bool = False


def is_text(longest: int, *, several: bool = False, shape: str = "") -> Allows:
    """Return what a text must be: short enough, printable, not blank, of a shape."""

    def allows(answer: Any) -> bool:
        lines = answer.replace("\n", "").replace("\t", "")
        return bool(
            isinstance(answer, str)
            and 0 < len(unicodedata.normalize("NFC", answer)) <= longest
            and answer.strip()
            and (several or answer == answer.strip())
            and not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in lines)
            and (not shape or re.fullmatch(shape, answer, re.ASCII))
        )

    return allows


def is_number(kind: type, low: float = -math.inf, high: float = math.inf) -> Allows:
    """Return what a number must be: of this very type, finite, within bounds, of at most 15 digits."""
    return lambda answer: (
        type(answer) is kind and math.isfinite(answer) and low <= answer <= high and abs(answer) < 10**15
    )


def is_step(start: str, step: str, end: str, kind: type) -> Allows:
    """Return what a step of a range must be, in exact fractions."""

    def allows(answer: Any) -> bool:
        exact = Fraction(str(answer))
        steps = (exact - Fraction(start)) / Fraction(step)
        return type(answer) is kind and Fraction(start) <= exact <= Fraction(end) and steps.denominator == 1

    return allows


def is_moment(shape: str, low: str = "", high: str = "9") -> Allows:
    """Return what a day or time must be: spelt as it is kept, real, within bounds."""

    def allows(answer: Any) -> bool:
        return datetime.strptime(answer, shape).strftime(shape) == answer and low <= answer <= high  # noqa: DTZ007

    return allows


def is_some(*, ordered: bool = True, all_of_them: bool = False) -> Allows:
    """Return what picked names must be: of the list, each once, in its order or all of them in any."""

    def allows(answer: Any) -> bool:
        listed = [name for name in KEC if name in answer]
        whole = len(answer) == len(KEC) if all_of_them else bool(answer)
        return whole and sorted(answer) == sorted(listed) and (not ordered or answer == listed)

    return allows


def is_place(answer: Any) -> bool:
    """Whether a text is a place on earth, with altitude and accuracy."""
    latitude, longitude, *rest = map(float, answer.split(" "))
    return abs(latitude) <= 90 and abs(longitude) <= 180 and len(rest) == 2 and all(map(math.isfinite, rest))


def both(*rules: Allows) -> Allows:
    """Return what several rules allow."""
    return lambda answer: all(rule(answer) for rule in rules)


_DAYS = ("2026-11-22", "22/11/2026", "29/02/2024", "2026-02-30", "1-1-2026", "0001-01-01", "2999-12-31", "31/12/2025")
_CLOCKS = ("08:30", "8.30", "23:59:59", "24:00", "0.00", "08:30:00.000", "-1:00", "8:5")
_NUMBERS = (
    "0",
    "-0",
    "3",
    "5",
    "6",
    "-5",
    "-6",
    "2,5",
    "2.5",
    "0,1",
    "0,3",
    "1e3",
    "10",
    "10,0",
    "999999999999999",
    "007",
)
_WORDS = (
    "Siti Contoh",
    " Siti ",
    "a",
    "abc",
    "abcd",
    "ab\r\ncd",
    "ÀÉ",
    "ﬃ",
    "ß" * 12,
    "é" * 200,
    "x" * 201,
    "\t",
    "0812-3456-7890",
)
KINDS: Mapping[str, Kind] = {
    "text": Kind(
        "text",
        [
            ("", is_text(200)),
            ("appearance: multiline, parameters: max=12", is_text(12, several=True)),
            ("parameters: case=upper max=4", both(is_text(4), lambda answer: answer == answer.upper())),
            ("parameters: format=phone", is_text(15, shape=r"\+62(8[1-35-9]\d{7,10}|725\d{5,8})")),
            ("parameters: format=receipt", is_text(10, shape=r"\d{10}")),
            ("parameters: format=npsn", is_text(8, shape=r"\d{8}|[PK]\d{7}")),
            ("parameters: format=nik", is_text(16, shape=r"\d{6}[0-7]\d[01]\d{7}")),
            ("constraint: 'string-length(.) <= 3'", is_text(3)),
            ("constraint: \"regex(., '[a-c]+')\"", is_text(200, shape="[a-c]+")),
        ],
        [*_WORDS, "+62 812 3456 789", "41729 03855", "10807890", "P1234567", "1872015708990001", "1872013013990001"],
        fixed="tetap",
    ),
    "integer": Kind(
        "integer",
        [
            ("", is_number(int)),
            ("parameters: min=-5 max=5", is_number(int, -5, 5)),
            ("constraint: . > 2", is_number(int, 3)),
        ],
        _NUMBERS,
        fixed="3",
    ),
    "decimal": Kind(
        "decimal",
        [
            ("", is_number(float)),
            ("parameters: min=0.5 max=2.5", is_number(float, 0.5, 2.5)),
            ("constraint: . < 1", is_number(float, high=math.nextafter(1, 0))),
        ],
        _NUMBERS,
        fixed="2.5",
    ),
    "range": Kind(
        "range",
        [
            ("", is_step("0", "1", "10", int)),
            ("parameters: start=-5 end=5 step=5", is_step("-5", "5", "5", int)),
            ("parameters: start=0 end=0.9 step=0.3", is_step("0", "0.3", "0.9", float)),
        ],
        [*_NUMBERS, "0,6", "0,9", "0,30000000000000004"],
    ),
    "date": Kind(
        "date",
        [
            ("", is_moment("%Y-%m-%d")),
            ("parameters: min=2026-01-01 max=2026-12-31", is_moment("%Y-%m-%d", "2026-01-01", "2026-12-31")),
            ("constraint: . <= today()", is_moment("%Y-%m-%d", high="2026-11-22")),
        ],
        _DAYS,
        fixed="2026-01-01",
    ),
    "time": Kind(
        "time", [("", is_moment("%H:%M")), ("constraint: \". < '12:00'\"", is_moment("%H:%M", high="11:59"))], _CLOCKS
    ),
    "dateTime": Kind(
        "dateTime",
        [
            ("", is_moment("%Y-%m-%dT%H:%M")),
            ("constraint: . <= now()", is_moment("%Y-%m-%dT%H:%M", high="2026-11-22T10:30")),
        ],
        [f"{day}{between}{clock}" for day in _DAYS for clock in _CLOCKS[:4] for between in ("T", " ", "  ")],
    ),
    "select_one": Kind(
        "select_one few",
        [("", KEC.__contains__), ("constraint: \". != 'a'\"", lambda answer: answer in ("b", "≥5"))],
        [*KEC, "A", "a b", " a ", "x"],
        filtered=True,
    ),
    "select_multiple": Kind(
        "select_multiple few",
        [("", is_some()), ("constraint: count-selected(.) <= 1", both(is_some(), lambda answer: len(answer) == 1))],
        [*KEC, "a b", "A"],
        filtered=True,
    ),
    "rank": Kind("rank few", [("", is_some(ordered=False, all_of_them=True))], [*KEC, "a b"]),
    "acknowledge": Kind("acknowledge", [("", lambda answer: answer is True)], ["true", "on", "1", "TRUE", "false"]),
    "barcode": Kind("barcode", [("", is_text(200)), ("parameters: max=8", is_text(8))], [*_WORDS, "8991234567890"]),
    "geopoint": Kind(
        "geopoint",
        [("", is_place)],
        [
            "-5.11, 105.30",
            "-5.11 105.30 3 4",
            "91 0",
            "0 181",
            "90 180",
            "-90,-180",
            "1 2 3 4 5",
            "1",
            "1e2 0",
            "nan nan",
        ],
    ),
}


def form(kind: Kind) -> FormSpec:
    """Return a form with every variant of a type, alone, required, conditional, filtered, fixed and in a repeat."""
    rows = ["{name: kec, type: select_one xy, label: K}"]

    def row(name: str, columns: str) -> str:
        return "{" + ", ".join([f"name: {name}", f"type: {kind.written}", "label: L", *filter(None, [columns])]) + "}"

    rows += [row(f"q{number}", columns) for number, (columns, _) in enumerate(kind.variants)]
    rows += [row("must", "required: 'true()'"), row("when", "relevant: \"${kec} = 'x'\"")]
    if kind.fixed:
        rows.append(row("fixed", f"read_only: true, default: '{kind.fixed}'"))
    if kind.filtered:
        rows.append(row("fits", "choice_filter: 'kec = ${kec}'"))
    inner = [row(f"r{number}", columns) for number, (columns, _) in enumerate(kind.variants)]
    inner.append(row("rmust", "required: 'true()'"))
    rows.append(f"{{name: rep, type: repeat, label: R, parameters: max=3, questions: [{', '.join(inner)}]}}")
    return read_spec(
        f"{HEAD}pages:\n- label: P\n  questions:\n" + "".join(f"  - {one}\n" for one in rows), "random.yaml"
    )


def post(draw: random.Random, kind: Kind, spec: FormSpec) -> StoredAnswers:
    """Draw what is posted: nearly right, hostile, or anything at all; some fields several times, some not at all."""

    def text() -> str:
        chance = draw.random()
        if chance < 0.6:
            return draw.choice(kind.texts)
        if chance < 0.8:
            return draw.choice(HOSTILE)
        return "".join(
            chr(draw.choice((draw.randrange(32, 127), draw.randrange(0x3000)))) for _ in range(draw.randrange(12))
        )

    names = [one.name for page in spec.pages for one in page.questions if one.name != "kec"]
    names += [f"rep-{number}-{one.name}" for number in range(5) for one in spec.question("rep").children]
    most = 4 if isinstance(kind.texts, list) and "≥5" in kind.texts else 1
    texts: dict[str, Sequence[str]] = {"kec": [draw.choice(["x", "y", "", "z"])]}
    for name in names:
        if draw.random() < (0.8 if "-" not in name else 0.25):
            texts[name] = [text() for _ in range(draw.randint(1, most))]
    return StoredAnswers(texts)


def judge(kind: Kind, spec: FormSpec, posted: StoredAnswers) -> bool:
    """Fill the form in, hold what was accepted against its variants; return whether the form as a whole was."""
    filled = fill(spec, posted, {}, TODAY, when=NOW, seed="seed")
    wrong = {one.field for one in filled.problems}
    rules: dict[str, Allows] = {
        "kec": ("x", "y").__contains__,
        "must": kind.variants[0][1],
        "when": kind.variants[0][1],
    }
    rules |= {f"q{number}": allows for number, (_, allows) in enumerate(kind.variants)}
    rules |= {f"r{number}": allows for number, (_, allows) in enumerate(kind.variants)} | {"rmust": rules["must"]}
    kec = filled.answers.get("kec")
    rules["fits"] = lambda answer: all(KEC[one] == kec for one in ([answer] if isinstance(answer, str) else answer))
    rules["fixed"] = lambda answer: str(answer) == kind.fixed
    entries = filled.answers.get("rep") or []
    assert len(entries) <= 3
    assert "must" in filled.answers or "must" in wrong
    assert ("when" not in filled.answers and "when" not in wrong) or kec == "x"
    assert not kind.fixed or "fixed" in filled.answers
    for name, answer in filled.answers.items():
        if name != "rep" and name not in wrong:
            assert rules[name](answer), name
    for number, entry in zip([one.number for one in filled.entries.get("rep", ())], entries, strict=True):
        assert "rmust" in entry or f"rep-{number}-rmust" in wrong
        for name, answer in entry.items():
            assert f"rep-{number}-{name}" in wrong or rules[name](answer), name
    assert json.loads(canonical(filled.answers)) == filled.answers
    return not wrong


def test_every_type_that_is_posted_is_tried_here():
    """A new type cannot come without a rule of what it may accept."""
    assert {name for name, kind in TYPES.items() if kind.posted} - {"repeat"} == set(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_accepted_that_the_form_forbids(name: str):
    """Thousands of submissions: no crash, and every accepted answer is one that its question allows."""
    kind, draw = KINDS[name], random.Random(f"{name} 2026")  # noqa: S311 - the same in every run
    spec = form(kind)
    for _submission in range(SUBMISSIONS):
        judge(kind, spec, post(draw, kind, spec))


@pytest.mark.parametrize("name", KINDS)
def test_what_is_accepted_is_accepted_again(name: str):
    """Answers that were kept, posted again as the office does, give the same answers and no problem."""
    kind, draw = KINDS[name], random.Random(f"{name} again")  # noqa: S311 - the same in every run
    spec = form(kind)
    for _submission in range(SUBMISSIONS // 5):
        filled = fill(spec, post(draw, kind, spec), {}, TODAY, when=NOW)
        wrong = {one.field.partition("-")[0] for one in filled.problems}
        kept = {name: answer for name, answer in filled.answers.items() if name not in wrong}
        again = fill(spec, as_posted(spec, kept), {}, TODAY, when=NOW)
        assert canonical(again.answers) == canonical(kept)
        assert {one.field for one in again.problems} <= {"must"} - kept.keys()
