"""The twin in JavaScript: the same values for the vector file, and for trees and answers drawn at random."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from forms_app.errors import ExpressionError
from forms_app.specs.evaluation import evaluate
from forms_app.specs.expressions import parse
from forms_app.specs.functions import REGISTER
from forms_app.specs.patterns import check_pattern
from forms_app.specs.twin import needed

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "static" / "expressions.js"
VECTORS = json.loads((ROOT / "tests" / "vectors" / "expressions.json").read_text(encoding="utf-8"))
TODAY = "2026-08-17"
LOOP = """
const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const [tree, values, today] = JSON.parse(line);
  let value;
  try { value = peksosExpressions.evaluate(tree, values, today); } catch (error) { value = [String(error)]; }
  console.log(JSON.stringify(value === undefined ? ["undefined"] : value));
});
"""
Twin = Callable[..., Any]

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
forgiving = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)


def start(script: str) -> subprocess.Popen[str]:
    """Return a Node process that evaluates one line of JSON after the other."""
    pipe = subprocess.PIPE
    return subprocess.Popen(["node", "-e", script + LOOP], stdin=pipe, stdout=pipe, text=True, encoding="utf-8")


def ask(process: subprocess.Popen[str], tree: Any, values: dict[str, Any], today: str = TODAY) -> Any:
    """Return what the process makes of one tree."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps([tree, values, today]) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    """Evaluate in one Node process, as a page would."""
    with start(SCRIPT.read_text(encoding="utf-8")) as process:
        yield lambda *case: ask(process, *case)
        assert process.stdin is not None
        process.stdin.close()


def here(tree: Any, values: dict[str, Any]) -> Any:
    """Return the value in Python."""
    return evaluate(tree, values, TODAY, {name: operation.apply for name, operation in REGISTER.items()})


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal and of one kind."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


@pytest.mark.parametrize("case", VECTORS["values"], ids=lambda case: case["expression"])
def test_value(twin: Twin, case: dict[str, Any]):
    """Every expression of the vector file has its value on the phone too."""
    tree = parse(case["expression"], VECTORS["types"], choices=VECTORS["choices"], this=case.get("this", "")).tree
    assert same(twin(tree, case["values"], case.get("today", TODAY)), case["value"])


def test_holds():
    """The script can be required by Node, and tells whether an expression holds."""
    script = f"const e = require({json.dumps(str(SCRIPT))}); console.log(e.holds(['=', ['ref', 'a'], 'ya'], {{a: 'ya'}}))"
    assert subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True).stdout == "true\n"


def test_today_is_the_day_in_indonesia():
    """Without a day handed in, the phone takes the one of Jakarta, whatever its own clock's zone."""
    script = SCRIPT.read_text(encoding="utf-8") + "console.log(peksosExpressions.evaluate(['today', ['day']], {}))"
    frozen = "Date.now = () => Date.UTC(2026, 7, 16, 17, 30);"
    assert subprocess.run(["node", "-e", frozen + script], capture_output=True, text=True, check=True).stdout == f"{TODAY}\n"


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
    assert len(brotli.compress(needed(script, set(REGISTER) | {"ref", "num", "set", "flag", "raw", "all"}).encode())) < 1600


def test_both_twins_know_the_same_operations():
    """What the parser may put into a tree, the phone can evaluate."""
    script = SCRIPT.read_text(encoding="utf-8")
    assert all(f'    "{name}": ' in script for name in REGISTER)


STRANGE = "aA9 é\u0301ßİ😀\r\n\t\x00\u00a0\u2028-.,0"
texts = st.text(alphabet=STRANGE, max_size=6) | st.sampled_from(["ya", "3", "-2.5", " 7 ", "2026-08-17", "2026-02-30", "07:30"])
floats = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-20, 20).map(float) | st.sampled_from([0.5, 1e21, -0.0])
days = st.dates().map(str) | st.sampled_from(["2026-08-17", "2026-02-30", "0001-01-01", "20260817", "2026-W01-1"])
anything = st.none() | st.booleans() | floats | st.integers(-9, 9) | texts | st.lists(texts.filter(lambda text: " " not in text), max_size=3)
PATTERNS = ("[0-9]{5}", "a|é", "[^a]+", "(?:\\d{1,3}-?){2}", "", "^(ya|tidak)?$", "[a-z \\-.]*")
FORMS = ("%d/%m/%Y", "%e %n %y", "Y")


def reader(kind: str) -> st.SearchStrategy[Any]:
    """Return trees that read one of the questions a to d."""
    return st.sampled_from("abcd").map(lambda name: [kind, name])


def leaves(kind: str) -> st.SearchStrategy[Any]:
    """Return the smallest trees of a kind."""
    lists = st.sampled_from(["rows", "marks"])
    return {
        "number": reader("num") | floats | reader("raw").map(lambda tree: ["number", tree]),
        "string": reader("ref") | texts,
        "boolean": reader("flag") | st.booleans(),
        "date": reader("ref") | days | st.just(["day"]),
        "set": reader("set"),
        "rows": st.just(["all", "rows"]) | lists.map(lambda name: ["all", name, "a" if name == "rows" else "", "raw"]),
        "numbers": lists.map(lambda name: ["all", name, "a" if name == "rows" else "", "num"]) | floats,
    }[kind]


def trees(wanted: str, depth: int = 3) -> st.SearchStrategy[Any]:
    """Return trees that have a place under a parameter of this kind, drawn from the register of operations."""
    plain = {"text": "string", "word": "string", "day_text": "string", "order": "number", "numeric": "string"}
    fixed = {
        "digits": st.integers(0, 9),
        "pattern": st.sampled_from(PATTERNS),
        "date_form": st.sampled_from(FORMS),
        "scores": st.dictionaries(st.sampled_from(["ya", "3", "a"]), st.integers(0, 9) | st.just(0.1), min_size=1),
        "day": st.just(["day"]),
        "texts": leaves("rows").filter(lambda tree: len(tree) > 2) | texts,
    }
    if wanted in fixed:
        return fixed[wanted]
    if wanted == "scalar":
        return st.one_of(*(trees(kind, depth) for kind in ("string", "number", "boolean", "set")))
    kind = plain.get(wanted, wanted)
    rows = [name for name, operation in REGISTER.items() if operation.result in (kind, "same") and depth > 0]
    calls = [calling(name, kind, depth - 1) for name in rows]
    return st.one_of(leaves(kind), *calls) if calls else leaves(kind)


def calling(name: str, kind: str, depth: int) -> st.SearchStrategy[Any]:
    """Return calls of one operation whose result is of this kind."""

    def build(extra: int, shared: str) -> st.SearchStrategy[Any]:
        parts = []
        for parameter in REGISTER[name].parameters:
            plain = parameter.rstrip("?+")
            each = {"same": kind if REGISTER[name].result == "same" else shared, "order": shared}.get(plain, plain)
            times = extra if parameter.endswith("+") else extra % 2 if parameter.endswith("?") else 1
            parts += [trees(each, depth)] * times
        return st.tuples(*parts).map(lambda parts: [name, *parts])

    return st.deferred(lambda: st.tuples(st.integers(1, 3), st.sampled_from(["number", "date"])).flatmap(lambda pair: build(*pair)))


answers = st.fixed_dictionaries(
    {"marks": st.lists(anything, max_size=3), "rows": st.lists(st.fixed_dictionaries({"a": anything}), max_size=3)},
    optional=dict.fromkeys("abcd", anything),
)


@pytest.mark.parametrize("name", REGISTER)
@forgiving
@given(data=st.data())
def test_twins_agree(twin: Twin, name: str, data: st.DataObject):
    """Both twins give every operation the same value, whatever stands under it and whatever was answered."""
    result = REGISTER[name].result
    tree = data.draw(calling(name, "number" if result == "same" else result, 2))
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


@settings(forgiving, max_examples=2000)
@given(
    pattern=st.text(alphabet="ab0-^$\\d.*+?()[]{}|/,1: é😀&~\n\x00", max_size=12),
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
        assume(False)  # noqa: FBT003  Hypothesis takes the condition only so
    tree = ["regex", ["ref", "a"], pattern]
    assert same(twin(tree, {"a": text}), here(tree, {"a": text}))
