"""Expressions against an independent XPath engine (libxml2), where XLSForm's language and XPath 1.0 mean the same.

Left out is what differs on purpose: empty answers (ours are the empty value, not '' or NaN), division by zero and other
numbers that are not finite (ours are empty), `contains` and `starts-with` with an empty second text (ours are false),
`substr` and `substring` (places from 0 and from 1), numbers beside words (ours are refused), acknowledgements (an
element with the text `false` is true in XPath), and every function that XPath 1.0 does not have (XLSForm's own, dates,
`min`, `max`, `if`, `regex`). Only short numbers are made into texts: libxml2 writes 15 digits and exponents early.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from forms_app.specs.expressions import parse

TYPES = {
    "a": "integer",
    "b": "decimal",
    "t": "text",
    "u": "text",
    "s": "select_one list",
    "rows": "repeat",
    "x": "decimal*@rows",
    "w": "text*@rows",
}
WORDS = ("ya", "tidak", "Siti Aminah", " a  b ", "é", "12", "a-b.c", "😀 z")
Pair = tuple[str, str]
"""One expression as XLSForm writes it and as XPath does."""


halves = st.integers(-40, 40).map(lambda number: number / 2)
texts = st.sampled_from(WORDS)
answers = st.fixed_dictionaries(
    {
        "a": st.integers(-30, 30),
        "b": halves,
        "t": texts,
        "u": texts,
        "s": texts,
        "rows": st.lists(st.fixed_dictionaries({"x": halves, "w": texts}), min_size=1, max_size=4),
    }
)


def both(text: str) -> st.SearchStrategy[Pair]:
    """Return an expression that both languages write alike."""
    return st.just((text, text))


def asked(*names: str, conversion: str) -> st.SearchStrategy[Pair]:
    """Return an answer, which XPath has to be told to take as a value."""
    return st.sampled_from(names).map(lambda name: (f"${{{name}}}", f"{conversion}(/form/{name})"))


def called(form: str, *parts: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    """Return an operation on parts, with each part where the form has its place."""
    return st.tuples(*parts).map(
        lambda drawn: (form.format(*(p[0] for p in drawn)), form.format(*(p[1] for p in drawn)))
    )


def spelt(number: float) -> Pair:
    """Return a number as both languages write it."""
    text = str(int(number)) if number == int(number) else str(number)
    return (text, text)


short = st.one_of(
    halves.map(spelt),
    asked("a", "b", conversion="number"),
    st.sampled_from([("sum(${x})", "sum(/form/rows/x)"), ("count(${rows})", "count(/form/rows)")]),
    st.just(("count(${w})", "count(/form/rows/w)")),
)
short |= called("-{}", short) | called("round({})", short) | called("({} + {})", short, short)
numbers = st.deferred(
    lambda: st.one_of(
        short,
        *(called(f"({{}} {sign} {{}})", numbers, numbers) for sign in ("+", "-", "*")),
        *(
            called(f"({{}} {sign} {{}})", numbers, st.sampled_from([("2", "2"), ("-4", "-4"), ("8", "8")]))
            for sign in ("div", "mod")
        ),
        called("-{}", numbers),
        called("round({})", numbers),
        called("string-length({})", strings),
        called("number(string({}))", short),
        called("number({})", booleans),
    )
)
strings = st.deferred(
    lambda: st.one_of(
        texts.map(lambda text: (f"'{text}'", f"'{text}'")),
        asked("t", "u", "s", conversion="string"),
        called("concat({}, {})", strings, strings),
        called("concat({}, {}, {})", strings, short, booleans),
        called("normalize-space({})", strings),
        called("translate({}, {}, {})", strings, strings, strings),
        called("string({})", short),
        called("string({})", booleans),
    )
)
literals = st.sampled_from(["a", "ya", " ", "1", "é"]).map(lambda text: (f"'{text}'", f"'{text}'"))
booleans = st.deferred(
    lambda: st.one_of(
        both("true()"),
        both("false()"),
        *(called(f"({{}} {sign} {{}})", numbers, numbers) for sign in ("=", "!=", "<", "<=", ">", ">=")),
        *(called(f"({{}} {sign} {{}})", strings, strings) for sign in ("=", "!=")),
        *(called(f"({{}} {sign} {{}})", booleans, booleans) for sign in ("and", "or", "=", "!=")),
        called("not({})", booleans),
        called("contains({}, {})", strings, literals),
        called("starts-with({}, {})", strings, literals),
        called("boolean({})", numbers),
        called("boolean({})", strings),
    )
)


def elsewhere(xpath: str, values: dict[str, Any]) -> Any:
    """Return what the other engine makes of an expression over the same answers, kept in XML as ODK keeps them."""
    form = etree.Element("form")
    add(form, values)
    return form.xpath(xpath)


def add(parent: Any, values: dict[str, Any]) -> None:
    """Put answers, and the entries of a repeat, below their parent."""
    for name, answer in values.items():
        for each in answer if isinstance(answer, list) else [answer]:
            element = etree.SubElement(parent, name)
            if isinstance(each, dict):
                add(element, each)
            else:
                element.text = each if isinstance(each, str) else spelt(each)[0]


@pytest.mark.parametrize("kind", ["number", "string", "boolean"])
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data(), values=answers)
def test_xpath_agrees(kind: str, data: st.DataObject, values: dict[str, Any]):
    """A random typed expression over random answers has the value that an XPath 1.0 engine gives it."""
    ours, xpath = data.draw({"number": numbers, "string": strings, "boolean": booleans}[kind])
    value, other = parse(ours, TYPES).evaluate(values), elsewhere(xpath, values)
    assert ("" if value is None else value) == other
    assert isinstance(value, bool) == isinstance(other, bool)
