"""Expressions: what they are worth, what is refused when a form is read, and what an author is told."""

from __future__ import annotations

import ast
import inspect
import json
import pickle
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms_app.errors import ExpressionError
from forms_app.specs.expressions import Expression, mentioned, parse
from forms_app.specs.expressions.emptiness import may_empty, unguarded
from forms_app.specs.expressions.evaluation import Context
from forms_app.specs.expressions.functions import FUNCTIONS, REGISTER

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "expressions.json").read_text(encoding="utf-8"))
TYPES: dict[str, str] = VECTORS["types"]
CHOICES: dict[str, dict[str, float | None]] = VECTORS["choices"]
Reader = Callable[[dict[str, Any]], Expression]
SUNDAY = date(2026, 8, 16)


def read(expression: str, this: str = "") -> Expression:
    """Return the expression, read with the names of the vector file."""
    return parse(expression, TYPES, choices=CHOICES, this=this)


def refused(expression: str, types: dict[str, str] | None = None) -> ExpressionError:
    """Return the error with which an expression is refused."""
    with pytest.raises(ExpressionError) as caught:
        parse(expression, TYPES if types is None else types, choices=CHOICES)
    return caught.value


@pytest.mark.parametrize("case", VECTORS["values"], ids=lambda case: case["expression"])
def test_value(read_case: Reader, context_of: Callable[..., Context], case: dict[str, Any]):
    """Every expression of the vector file has its value, of the very same kind."""
    value = read_case(case).evaluate(case["values"], context=context_of(case))
    assert value == case["value"]
    assert isinstance(value, bool) == isinstance(case["value"], bool)


@pytest.mark.parametrize("case", VECTORS["mistakes"], ids=lambda case: case["expression"][:60] or "nothing")
def test_mistake(read_case: Reader, case: dict[str, Any]):
    """Every mistake of the vector file is refused at its place, with a message that is complete."""
    with pytest.raises(ExpressionError) as caught:
        read_case(case)
    assert caught.value.position == case["position"]
    assert "{" not in re.sub(r"\$\{|\{1,30\}|\{5\}|Tanda \{", "", caught.value.text())


def test_every_operation_has_vectors(read_case: Reader):
    """Each operation stands in two cases of the vector file or more, in one of them with an empty answer."""
    cases = [(case, read_case(case)) for case in VECTORS["values"]]
    for name in REGISTER:
        used = [(case, one) for case, one in cases if name in one.functions]
        assert len(used) > 1, name
        asked = any(one.names for _case, one in used)
        entries = [entry for case, _one in used for entry in case["values"].get("children", [])]
        empty = [one for case, one in used if any(not case["values"].get(each) for each in one.names)]
        assert empty or not asked or any(not answer for entry in entries for answer in entry.values()), name


def test_every_mistake_that_can_be_told_is_in_the_vectors(read_case: Reader):
    """Each message about a mistake is told about one of the mistakes in the vector file."""
    source = Path(inspect.getfile(Expression)).parent
    texts = {text for path in source.glob("*.py") for text in messages(path)}
    told = set()
    for case in VECTORS["mistakes"]:
        with pytest.raises(ExpressionError) as caught:
            read_case(case)
        told.add(caught.value.message)
    assert texts - told == set()


def messages(path: Path) -> Iterator[str]:
    """Yield the messages that a module marks for the translators."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
            yield ast.literal_eval(node.args[0])


def test_every_function_is_explained():
    """Each operation says in one short sentence what it is for."""
    assert all(operation.promise.endswith(".") and len(operation.promise) < 60 for operation in REGISTER.values())


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("${n} + 1", "number"),
        ("concat(${n}, '')", "string"),
        ("${n} = 1", "boolean"),
        ("today()", "date"),
        ("${hour}", "time"),
        ("if(true(), ${day}, '')", "date"),
        ("${needs}", "string"),
        ("''", "any"),
        ("${loose}", "any"),
        ("today() - ${day}", "number"),
    ],
)
def test_kind(expression: str, kind: str):
    """An expression knows the kind of its value before anybody has answered."""
    assert read(expression).kind == kind


def test_tree_is_json():
    """The tree is plain JSON, so that a page can carry it."""
    tree = read("${d1} = 'ya' and score(${p3}) >= 2.5").tree
    assert tree == [
        "and",
        ["=", ["ref", "d1"], "ya"],
        [">=", ["score", ["set", "p3"], {"0": 0, "1": 1, "2": 2, "3": 3, "9": 0}], 2.5],
    ]
    assert json.loads(json.dumps(tree)) == tree


def test_chains_are_flat():
    """A sum of eighteen answers is one part of the tree, not eighteen nested ones."""
    assert read("+".join(["${n}"] * 18)).tree == ["+", *[["num", "n"]] * 18]


def test_names_and_functions():
    """An expression tells which questions it asks for, and which operations its page needs."""
    expression = read("string-length(.) > 3 and sum(${age}) = ${n}", this="t")
    assert expression.names == {"t", "children", "age", "n"}
    assert expression.functions == {"and", ">", "=", "string-length", "sum", "ref", "num", "all"}


def test_today_is_the_day_in_indonesia():
    """Without a day, today() is a date; with one it is that day."""
    assert isinstance(read("today()").evaluate({}), str)
    assert read("today()").evaluate({}, SUNDAY) == "2026-08-16"


@pytest.mark.parametrize(
    ("expression", "at_site", "labelled"),
    [
        ("uuid()", True, set()),
        ("concat('A', digest(${t}, 'MD5'))", True, set()),
        ("random() < 0.5 or once(now()) = ''", False, set()),
        ("concat(jr:choice-name(${d1}, '${d1}'), jr:choice-name(${t}, '${needs}'))", False, {"d1", "needs"}),
    ],
)
def test_what_an_expression_needs_beside_answers(expression: str, at_site: bool, labelled: set[str]):
    """An expression tells whether only the site can work it out, and of which questions it wants the labels."""
    found = read(expression)
    assert (found.at_site, found.labelled) == (at_site, labelled)


def test_reserved_keys_are_no_questions():
    """The entry's number and the columns of a choice are not among the names that an expression asks for."""
    found = parse("position(..) = 1 and kec = ${t}", {**TYPES, "nick": "text"}, this="nick", columns=("kec",))
    assert found.names == {"t"}
    assert may_empty(parse("position(..) + ${n}", TYPES, this="nick").tree) == {"n"}


def test_without_paths_any_question_may_stand_in_a_repeat():
    """A caller that tells no paths can still ask for the entry's number; one that tells them is held to them."""
    assert parse("position(..)", TYPES, this="nick").evaluate({"..": 3}) == 3
    inside = {"kids": "rows", "a": "string", "b": "string*@kids"}
    assert parse("position(..)", inside, this="b", paths={"b": ("kids",)}).kind == "number"
    with pytest.raises(ExpressionError):
        parse("position(..)", inside, this="a", paths={"b": ("kids",)})


def test_chance_is_spread_evenly():
    """The numbers drawn for many fillings fill each tenth from 0 to 1 about as often as any other."""
    drawn = [read("random()").evaluate({}, context=Context(seed=f"nonce{number}")) for number in range(5000)]
    tenths = Counter(int(one * 10) for one in drawn if isinstance(one, float))
    assert set(tenths) == set(range(10))
    assert all(400 < count < 600 for count in tenths.values())
    assert len(set(drawn)) == 5000


def test_chance_differs_from_place_to_place_and_from_entry_to_entry():
    """Questions, places in one expression and entries of a repeat draw numbers of their own; asking again does not."""
    context = Context(seed="nonce")
    drawn = {
        parse(text, TYPES, this=this).evaluate({"..": entry}, context=context)
        for text in ("random()", " random()")
        for this in ("t", "u")
        for entry in (1, 2)
    }
    assert len(drawn) == 8
    assert read("uuid()").evaluate({}, context=context) == read("uuid()").evaluate({}, context=context)
    shape = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(shape, str(read("uuid()").evaluate({}, context=context)))
    assert read("uuid()").evaluate({}) != read("uuid()").evaluate({})


def test_without_a_context_it_is_worked_out_here_and_now():
    """The context of a caller that gives none is this moment in Indonesia, and a filling of its own."""
    here, there = Context.current(), Context.current(SUNDAY)
    assert here.now.startswith(here.day + "T")
    assert (there.day, there.now[:10]) == ("2026-08-16", "2026-08-16")
    assert here.seed != there.seed


def test_the_context_wins_over_the_day():
    """A caller's context says what day it is, in evaluating and in holding."""
    context = Context("2026-02-28", "2026-02-28T07:30", "seed")
    assert read("today()").evaluate({}, context=context) == "2026-02-28"
    assert read("${day} = today()").holds({"day": "2026-02-28"}, SUNDAY, context)


def test_what_was_evaluated_can_still_be_kept():
    """An expression travels into a cache and back after it has been used, and works there."""
    used = read("${n} + 1")
    assert used.evaluate({"n": 1}) == 2
    again = pickle.loads(pickle.dumps(used))  # noqa: S301 - our own bytes
    assert (again, again.evaluate({"n": 2})) == (used, 3)


@pytest.mark.parametrize(
    ("expression", "kept"),
    [
        ("kec = ${t}", ["a", "c"]),
        ("kec = ${t} and not(name = 'c')", ["a"]),
        ("number(least) <= ${n}", ["a", "b"]),
        ("selected(${needs}, name)", []),
        ("least = ''", ["c"]),
    ],
)
def test_choice_filter(expression: str, kept: list[str]):
    """In a choice_filter bare words are columns of the choice under test."""
    rows = [("a", "m", "1"), ("b", "n", "2"), ("c", "m", "")]
    filtered = parse(expression, TYPES, choices=CHOICES, columns=("kec", "least"))
    answers = {"t": "m", "n": 3}
    found = [
        name for name, kec, least in rows if filtered.holds(answers | {"@name": name, "@kec": kec, "@least": least})
    ]
    assert found == kept
    assert filtered.names <= {"t", "n", "needs"}


def test_an_unknown_column_names_the_known_ones():
    """A bare word that is no column is a mistake at its place, and the columns that exist are told."""
    with pytest.raises(ExpressionError) as caught:
        parse("${t} = kecamatan", TYPES, columns=("kec",))
    assert caught.value.position == 7
    assert "name, kec" in caught.value.text()


def test_holds():
    """Only what is true holds; what is empty does not."""
    assert read("${ok}").holds({"ok": True})
    assert not read("${ok}").holds({})


def test_expressions_compare_and_hash():
    """The same text over the same names is the same expression, usable in sets."""
    assert {read("${needs} = ''"), read("${needs} = ''")} == {read("${needs} = ''")}


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("${leve} = 'low'", "level?"),
        ("string_length(${t})", "string-length?"),
        ("${level} = 'urgen'", "urgent?"),
        ("pulldata('a')", "pulldata()"),
        ("${p3} >= 2", "score()"),
        ("${d1} = ya", "${ya}"),
        ("${needs} = 'sign'", "selected("),
        ("${day} > 'besok'", "2026-08-17"),
    ],
)
def test_remedy(expression: str, hint: str):
    """The message about a mistake says what to write instead."""
    assert hint in refused(expression).text()


def test_choices_are_checked_only_where_a_list_is_known():
    """A question whose list is read elsewhere may be compared with any word."""
    types = {"village": "select_one_from_file villages.csv", "topics": "select_multiple topics"}
    assert parse("${village} = 'metro'", types).holds({"village": "metro"})
    assert parse("selected(${topics}, 'x') or selected(${village}, 'metro')", types).holds({"village": "metro"})


def test_kinds_may_stand_for_types():
    """A new type of question may state the kind of its answer instead of its own name."""
    assert parse("${a} + 1", {"a": "number"}).evaluate({"a": 1}) == 2
    assert parse("${a} = 'x'", {"a": "barcode"}).kind == "boolean"


def test_answers_gathered_by_the_caller():
    """Answers of a repeat may also be handed in as a list of their own."""
    assert parse("sum(${age})", {"age": "integer*"}).evaluate({"age": [1, "2", None]}) == 3
    assert refused("count(${children}) + ${age}", {"children": "repeat", "age": "integer*@children"}).position == 21


def test_answers_may_be_as_typed():
    """Answers are read in the kind of their question, whether they come as text or as values."""
    assert parse("${n} + 1", {"n": "integer"}).evaluate({"n": "2"}) == 3
    assert parse("${n} + 1", {"n": "integer"}).evaluate({"n": "dua"}) is None
    assert parse("${t}", {"t": "text"}).evaluate({"t": 12}) == "12"
    assert parse("${ok}", {"ok": "acknowledge"}).evaluate({"ok": "false"}) is False
    assert parse("string-length(${t})", {"t": "text"}).evaluate({"t": date(2026, 8, 17)}) == 10


def test_size_is_limited():
    """An expression that is too long or too deep is refused, not evaluated slowly."""
    assert refused("1" * 5001).position == 5000
    assert refused("(" * 41 + "1" + ")" * 41).position == 40
    assert refused("-" * 41 + "${n}").position == 40
    assert refused("1" + "-1" * 101)
    assert read("1" + "+1" * 500).evaluate({}) == 501


PIECES = [
    *FUNCTIONS,
    *"${}(),./'=!<>+-*;#&|[]\"\\1é😀\n\xa0\x1f",
    "..",
    "!=",
    "<=",
    "div",
    "mod",
    "and",
    "or",
    ".5",
    "9e9",
    "ya",
]
PIECES += [f"${{{name}}}" for name in TYPES] + ["${children/nick}", "../age", "current()/.", "'sign'", "'[0-9]+'", "("]
PIECES += [f"{name}(" for name in FUNCTIONS]


@settings(max_examples=400, deadline=2000)
@given(
    st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join), st.sampled_from(["", "nick"])
)
def test_reading_never_breaks(text: str, this: str):
    """Whatever an author types is an expression with a value, or an ExpressionError within the text; and soon."""
    try:
        parse(text, TYPES, choices=CHOICES, this=this, columns=("kec",), paths=VECTORS["paths"]).evaluate({})
    except ExpressionError as error:
        caught = error
    else:
        return
    assert 0 <= caught.position <= len(text)
    assert caught.text()


LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["\ud800", 10**400, "ya"])
)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner))


@cache
def every_expression(read_case: Reader) -> list[Expression]:
    """Return the expressions of the vector file, read once."""
    return [read_case(case) for case in VECTORS["values"]]


@settings(max_examples=30, deadline=None)
@given(anything=st.lists(JSON, min_size=5, max_size=5), number=st.integers(0, 4))
def test_evaluating_never_breaks(read_case: Reader, anything: list[Any], number: int):
    """Whatever stands in the place of answers, an expression has a value of its kind, or is empty."""
    entry = dict(zip(("nick", "age", "likes", "height"), anything, strict=False))
    for expression in every_expression(read_case):
        names = enumerate(sorted(TYPES))
        values = {name: anything[(place + number) % 5] for place, name in names} | {"..": anything[0]}
        values["children"] = values["children"] if number else [entry, anything[1]]
        value = expression.evaluate(values, SUNDAY)
        expected = {"number": float, "boolean": bool, "any": str | float | bool}.get(expression.kind, str)
        assert value is None or isinstance(value, expected), expression.text


def test_evaluating_stays_shallow():
    """An answer that is a list within a list, thousands deep, is read as an empty text."""
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    assert read("${t}").evaluate({"t": deep}) is None
    assert read("count-selected(${needs})").evaluate({"needs": deep}) == 1


@pytest.mark.parametrize(
    "text",
    [
        "(" * 4999,
        "-" * 4999,
        "not(" * 1249,
        "if(true()," * 450,
        "coalesce(1," * 450,
        "1" + "-1" * 2400,
        "true()" + "=true()" * 700,
        "../" * 1600 + "n",
        "${" + "a/" * 2400 + "n}",
        "${" * 2499,
        "'" * 4999,
        " " * 4998 + "#",
        "9" * 4999,
        f"regex(${{t}}, '{'(' * 2400}a{')' * 2400}')",
        f"regex(${{t}}, '{'(a' * 30}{'){9}' * 30}')",
        f"regex(${{t}}, '{'a{999}' * 800}')",
        f"regex(${{t}}, '[{'a-' * 2400}')",
        "regex(${t}, '\ud800')",
    ],
    ids=lambda text: ascii(text[:16]),
)
def test_bombs_are_refused_at_once(text: str):
    """What is deep or long beyond sense is refused as a mistake, in a moment."""
    started = time.thread_time()
    assert 0 <= refused(text).position <= len(text)
    assert time.thread_time() - started < 1


@pytest.mark.parametrize(
    "text",
    ["1" + "+1" * 2400, "concat(" + ",".join(["${t}"] * 900) + ")", "${t} = 'a'" + " or ${t} = 'a'" * 330],
    ids=["sum", "concat", "or"],
)
def test_what_is_long_but_flat_is_read_soon(text: str):
    """A long chain of answers is an expression like any other."""
    started = time.thread_time()
    read(text).evaluate({})
    assert time.thread_time() - started < 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("${n} + sum(${children/age})", {"n", "age"}),
        ("position(..) > ../n and current()/../../t = .", {"n", "t"}),
        ("jr:choice-name(${d1}, '${d1}')", {"d1"}),
        ("${n} + + # ${t}", {"n"}),
        ("1", set()),
    ],
)
def test_names_are_found_without_knowing_any(text: str, names: set[str]):
    """The names that a text asks for can be told before the form's names are known, even from one with a mistake."""
    assert mentioned(text) == names


@pytest.mark.parametrize(
    ("expression", "careless"),
    [
        ("${n} >= 3", {"n"}),
        ("coalesce(${n}, 0) >= 3", set()),
        ("coalesce(${n}, ${x}) >= 3", {"x"}),
        ("${n} = 3", set()),
        ("score(${p3}) = 3", set()),
        ("score(${p3}) + ${n} = 3", {"p3", "n"}),
        ("not(if(${ok}, ${n}, 0) > 3)", {"n"}),
        ("count-selected(${needs}) > 1 and string-length(${t}) > 3", set()),
        ("today() - ${day} > 3", {"day"}),
        ("sum(${age}) > 3", set()),
    ],
)
def test_careless_with_empty_answers(expression: str, careless: set[str]):
    """An expression names the questions that it orders or calculates with as if they were always answered."""
    assert unguarded(read(expression).tree) == careless


def test_calculation_may_be_empty():
    """A calculation names the questions whose silence makes it empty."""
    assert may_empty(read("score(${p3}) + coalesce(${n}, 0)").tree) == {"p3"}
    assert may_empty(read("${n} > 3").tree) == set()


def test_only_the_listed_functions_can_be_called():
    """Operators are no functions, and what the tree calls its readers is not either."""
    for name in ("days", "neg", "ref", "num", "set", "all", "day"):
        assert name not in FUNCTIONS
        assert refused(f"{name}(1)").position == 0
