"""The twin in JavaScript: the same values for the vector file, and for trees and answers drawn at random."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import brotli
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from forms_app.errors import ExpressionError
from forms_app.specs.expressions import Expression
from forms_app.specs.expressions.evaluation import READERS, Context
from forms_app.specs.expressions.functions import REGISTER
from forms_app.specs.expressions.patterns import check_pattern
from forms_app.specs.expressions.running import evaluate
from forms_app.specs.expressions.twin import needed

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "static" / "expressions.js"
VECTORS = json.loads((ROOT / "tests" / "vectors" / "expressions.json").read_text(encoding="utf-8"))
TODAY = "2026-08-17"
LABELS = {"a": {"ya": "Ya, benar", "3": "Tiga", "": "?"}, "b": {}}
HERE = Context(TODAY, f"{TODAY}T08:30", "AbCd_fgh-jkl", LABELS)
ON_PHONE = {name for name, operation in REGISTER.items() if not operation.at_site}
LOOP = """
const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const [tree, values, context] = JSON.parse(line);
  let value;
  try { value = peksosExpressions.evaluate(tree, values, context); } catch (error) { value = [String(error)]; }
  console.log(JSON.stringify(value === undefined ? ["undefined"] : value));
});
"""
Twin = Callable[..., Any]

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
forgiving = settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None
)


def start(script: str) -> subprocess.Popen[str]:
    """Return a Node process that evaluates one line of JSON after the other."""
    pipe = subprocess.PIPE
    return subprocess.Popen(["node", "-e", script + LOOP], stdin=pipe, stdout=pipe, text=True, encoding="utf-8")


def ask(process: subprocess.Popen[str], tree: Any, values: dict[str, Any], context: Context = HERE) -> Any:
    """Return what the process makes of one tree."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps([tree, values, asdict(context)]) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline(), parse_int=float)


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    """Evaluate in one Node process, as a page would."""
    with start(SCRIPT.read_text(encoding="utf-8")) as process:
        yield lambda *case: ask(process, *case)
        assert process.stdin is not None
        process.stdin.close()


def here(tree: Any, values: dict[str, Any]) -> Any:
    """Return the value in Python."""
    return evaluate(tree, values, HERE)


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal and of one kind."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


@pytest.mark.parametrize("case", VECTORS["values"], ids=lambda case: case["expression"])
def test_value(
    twin: Twin, read_case: Callable[..., Expression], context_of: Callable[..., Context], case: dict[str, Any]
):
    """Every expression of the vector file has its value on the phone too, unless only the site works it out."""
    expression = read_case(case)
    value = twin(expression.tree, case["values"], context_of(case))
    assert same(value, case["value"]) or (expression.at_site and value[0].startswith("TypeError"))


def test_holds():
    """The script can be required by Node, and tells whether an expression holds."""
    script = (
        f"const e = require({json.dumps(str(SCRIPT))}); console.log(e.holds(['=', ['ref', 'a'], 'ya'], {{a: 'ya'}}))"
    )
    assert subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True).stdout == "true\n"


def test_today_is_the_day_in_indonesia():
    """Without a day handed in, the phone takes the one of Jakarta, whatever its own clock's zone."""
    script = (
        SCRIPT.read_text(encoding="utf-8")
        + "console.log(peksosExpressions.evaluate(['today', ['context', 'day']], {}))"
    )
    frozen = "Date.now = () => Date.UTC(2026, 7, 16, 17, 30);"
    assert (
        subprocess.run(["node", "-e", frozen + script], capture_output=True, text=True, check=True).stdout
        == f"{TODAY}\n"
    )


def test_a_page_carries_only_what_it_uses():
    """What is left of the script still evaluates, and costs a page without expressions next to nothing."""
    script = SCRIPT.read_text(encoding="utf-8")
    part = needed(script, {"=", "ref"})
    with start(part) as process:
        assert ask(process, ["=", ["ref", "a"], "ya"], {"a": "ya"}) is True
        assert ask(process, ["not", True], {})[0].startswith("TypeError")
        assert process.stdin is not None
        process.stdin.close()
    assert len(brotli.compress(part.encode())) < 450
    everything = needed(script, ON_PHONE | set(READERS) | {"context"})
    assert len(brotli.compress(everything.encode())) < 2000


def test_both_twins_know_the_same_operations():
    """What the parser may put into a tree, the phone can evaluate."""
    script = SCRIPT.read_text(encoding="utf-8")
    assert {name for name in REGISTER if f'    "{name}": ' in script} == ON_PHONE


STRANGE = "aA9 é\u0301ßİ😀\r\n\t\x00\u00a0\u2028-.,0"
texts = st.text(alphabet=STRANGE, max_size=6) | st.sampled_from(
    ["ya", "3", "-2.5", " 7 ", "2026-08-17", "2026-02-30", "07:30"]
)
floats = (
    st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-20, 20).map(float)
    | st.sampled_from([0.5, 1e21, -0.0])
)
days = st.dates().map(str) | st.sampled_from(["2026-08-17", "2026-02-30", "0001-01-01", "20260817", "2026-W01-1"])
moments = st.datetimes().map(lambda one: f"{one:%Y-%m-%dT%H:%M}") | st.sampled_from(
    ["2026-08-17T07:30", "2026-02-30T07:30", "2026-08-17T24:00", "2026-08-17T07:30:00", "2026-08-17 07:30", "T07:30"]
)
anything = (
    st.none()
    | st.booleans()
    | floats
    | st.integers(-9, 9)
    | texts
    | st.lists(texts.filter(lambda text: " " not in text), max_size=3)
)
PATTERNS = ("[0-9]{5}", "a|é", "[^a]+", "(?:\\d{1,3}-?){2}", "", "^(ya|tidak)?$", "[a-z \\-.]*")
FORMS = ("%d/%m/%Y", "%e %n %y", "Y")


MOMENT_FORMS = (*FORMS, "%H:%M", "%h.%M %y%m")
HERE_LEAVES = [["context", "day"], ["context", "now"]]
LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "number": floats | st.sampled_from([["num", "a"], ["num", "b"], ["num", ".."], ["number", ["raw", "c"]]]),
    "string": texts | st.sampled_from([["ref", "a"], ["ref", "b"], ["string", ["raw", "c"]]]),
    "boolean": st.booleans() | st.sampled_from([["flag", "a"], ["flag", "b"]]),
    "date": days | st.sampled_from([["ref", "a"], ["ref", "d"], ["date", ["raw", "c"]], *HERE_LEAVES]),
    "dateTime": moments | st.sampled_from([["ref", "a"], ["ref", "d"], ["date-time", ["raw", "c"]], *HERE_LEAVES]),
    "set": st.sampled_from([["set", "a"], ["set", "b"]]),
    "rows": st.sampled_from([["all", "rows"], ["all", "rows", "a", "ref"], ["all", "marks", "", "raw"]]),
    "numbers": floats | st.sampled_from([["all", "rows", "a", "num"], ["all", "marks", "", "num"]]),
    "texts": texts | st.sampled_from([["all", "rows", "a", "ref"], ["all", "marks", "", "raw"]]),
    "listed": st.sampled_from([["all", "rows", "a", reader] for reader in ("ref", "num", "flag", "raw")]),
    "digits": st.integers(0, 9),
    "pattern": st.sampled_from(PATTERNS),
    "date_form": st.sampled_from(FORMS),
    "moment_form": st.sampled_from(MOMENT_FORMS),
    "quoted": st.sampled_from(["a", "b", "c"]),
    "labels": st.just(["context", "labels"]),
    "day": st.just(["context", "day"]),
    "now": st.just(["context", "now"]),
    "seed": st.just(["context", "seed"]),
    "place": st.sampled_from(["a:0", "b:12", ":3"]),
    "entry_number": st.just(["num", ".."]),
    "entry": st.just(["num", ".."]),
    "scores": st.dictionaries(st.sampled_from(["ya", "3", "a"]), st.integers(0, 9) | st.just(0.1), min_size=1),
}
WIDER = {
    "text": ["string"],
    "word": ["string"],
    "chosen": ["set", "string"],
    "day_text": ["string", "date", "dateTime"],
    "moment": ["date", "dateTime"],
    "order": ["number", "date", "dateTime"],
}
SCALARS = ["string", "number", "boolean", "set", "date", "dateTime"]


def drawn(data: st.DataObject, kind: str, depth: int) -> Any:
    """Return a tree of this kind, drawn from the register of operations."""
    names = [name for name in sorted(ON_PHONE) if REGISTER[name].result == kind]
    if depth > 0 and names and data.draw(st.booleans()):
        return called(data, data.draw(st.sampled_from(names)), depth - 1)
    return data.draw(LEAVES[kind])


def called(data: st.DataObject, name: str, depth: int) -> list[Any]:
    """Return a call of one operation, with arguments of the kinds that its signature asks for."""
    tree: list[Any] = [name]
    shared = data.draw(st.sampled_from([one for one in SCALARS if one != "set"]))
    ordered = data.draw(st.sampled_from(WIDER["order"]))
    for parameter in REGISTER[name].parameters:
        if parameter == "repeat":
            continue  # the list of the answers says already which repeat it is
        kind = parameter.rstrip("?+")
        times = (
            data.draw(st.integers(1, 3))
            if "+" in parameter
            else data.draw(st.integers(0, 1))
            if "?" in parameter
            else 1
        )
        for _ in range(times):
            wide = WIDER.get(kind) or (SCALARS if kind in ("scalar", "numeric") else [kind])
            each = {"same": shared, "order": ordered}.get(kind) or data.draw(st.sampled_from(wide))
            tree.append(drawn(data, each, depth))
    return tree


answers = st.fixed_dictionaries(
    {"marks": st.lists(anything, max_size=3), "rows": st.lists(st.fixed_dictionaries({"a": anything}), max_size=3)},
    optional={**dict.fromkeys("abc", anything), "d": days | moments, "..": st.integers(1, 9) | anything},
)


@pytest.mark.parametrize("name", sorted(ON_PHONE))
@forgiving
@given(data=st.data())
def test_twins_agree(twin: Twin, name: str, data: st.DataObject):
    """Both twins give every operation the same value, whatever stands under it and whatever was answered."""
    tree = called(data, name, 2)
    values = data.draw(answers)
    assert same(twin(tree, values), here(tree, values))


@forgiving
@given(number=floats)
@example(1e21)
@example(5e-324)
@example(123456789012345680000.0)
@example(1e-7)
@example(0.000001)
def test_twins_write_numbers_alike(twin: Twin, number: float):
    """A number has the same text on the phone and at the site, down to the last digit."""
    assert twin(["string", number], {}) == here(["string", number], {})


PIECES = [
    "a",
    "b",
    "é",
    "😀",
    "0",
    " ",
    "-",
    ",",
    "&",
    "~",
    ":",
    "\n",
    "\x00",
    "[ab]",
    "[^a]",
    "[a-z-]",
    "[&&~]",
    "[^\\d]",
    "[]a]",
]
PIECES += [
    "[-a]",
    "\\d",
    "\\.",
    "\\/",
    "\\-",
    "\\n",
    "\\w",
    ".",
    "(",
    "(?:",
    "(?",
    ")",
    "|",
    "*",
    "+",
    "?",
    "{0,2}",
    "{2}",
    "{1,}",
    "{",
    "}",
]
PIECES += ["^", "$", "[", "]", "[\\^\\]]", "[[]", "[a-\\d]", "/"]


@settings(forgiving, max_examples=200)
@given(
    pattern=st.lists(st.sampled_from(PIECES), max_size=7).map("".join),
    text=st.text(alphabet="ab0-^$\\d.*+?()[]{}|/,1: é😀٣&~\n\r\u2028\x00", max_size=6),
)
@example("[^a]", "\n")
@example("[&&~]", "&")
@example("a{0}", "")
@example("(a|b)$", "b\n")
def test_accepted_patterns_match_alike(twin: Twin, pattern: str, text: str):
    """A pattern that is accepted when a form is read means the same to both engines."""
    try:
        check_pattern(pattern)
    except ExpressionError:
        assume(False)
    tree = ["regex", ["ref", "a"], pattern]
    assert same(twin(tree, {"a": text}), here(tree, {"a": text}))
