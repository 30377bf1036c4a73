"""SQL finds what the query finds: the pitfalls that were met, one by one, and then anything Hypothesis can think of."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tinydb import Query, where
from tinydb.queries import QueryInstance

from forms_app.storage.pushdown import indexable, push
from forms_app.storage.tables import SQLDatabase

BIG = 2**53


def found(database: SQLDatabase, query: QueryInstance, *documents: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a search for `query` finds among the documents."""
    table = database.table("pitfalls")
    table.truncate()
    table.insert_multiple(documents)
    assert table.count(query) == len(table.search(query))
    return [dict(document) for document in table.search(query)]


def test_flags_of_a_pattern_are_kept(database: SQLDatabase) -> None:
    """A pattern's flags are not part of its hash, so patterns are left to Python (pitfall 1)."""
    assert found(database, where("a").matches("x", re.IGNORECASE), {"a": "X"}) == [{"a": "X"}]
    assert found(database, where("a").search("x", re.IGNORECASE), {"a": "aX"}) == [{"a": "aX"}]


def test_the_path_of_a_fragment_is_kept(database: SQLDatabase) -> None:
    """A fragment's path is not part of its hash, so fragments are left to Python (pitfall 1)."""
    assert found(database, where("a").fragment({"x": 1}), {"x": 1}, {"a": {"x": 1}}) == [{"a": {"x": 1}}]


def test_one_of_a_text_means_a_part_of_it(database: SQLDatabase) -> None:
    """`one_of("abc")` finds "b" and "ab" as Python's `in` does; of a list it finds the members (pitfall 1)."""
    documents = {"a": "b"}, {"a": "ab"}, {"a": "x"}
    assert found(database, where("a").one_of("abc"), *documents) == [{"a": "b"}, {"a": "ab"}]
    assert found(database, where("a").one_of(["x", 1, None]), *documents) == [{"a": "x"}]


def test_true_equals_one(database: SQLDatabase) -> None:
    """In Python true is 1 and false is 0; text and JSON null are neither (pitfall 2)."""
    documents = {"a": True}, {"a": 1}, {"a": 1.0}, {"a": "1"}, {"a": None}, {"a": False}, {"a": 0}, {}
    assert found(database, where("a") == 1, *documents) == list(documents[:3])
    assert found(database, where("a") == True, *documents) == list(documents[:3])  # noqa: E712 - a query
    assert found(database, where("a") == 0, *documents) == list(documents[5:7])


def test_null_is_not_missing(database: SQLDatabase) -> None:
    """JSON null exists and equals None; a field that is not there does neither (pitfall 2)."""
    assert found(database, where("a") == None, {"a": None}, {}, {"a": "null"}) == [{"a": None}]  # noqa: E711 - a query
    assert found(database, where("a").exists(), {"a": None}, {}) == [{"a": None}]


def test_missing_survives_no_negation(database: SQLDatabase) -> None:
    """What is missing is not unequal to anything, but the opposite of a test on it holds (pitfall 3)."""
    documents = {"a": "x"}, {"a": "y"}, {}
    assert found(database, where("a") != "x", *documents) == [{"a": "y"}]
    assert found(database, ~(where("a") == "x"), *documents) == [{"a": "y"}, {}]
    assert found(database, ~(where("a") != "x"), *documents) == [{"a": "x"}, {}]


@pytest.mark.parametrize("name", ["0", "-1", "a.b", 'a"b', "a'b", "é", "a b", "", "$", "%s", ":x", "null"])
def test_every_name_of_a_field_works(database: SQLDatabase, name: str) -> None:
    """Names that could mean something in a JSON path find the field and nothing else (pitfall 4)."""
    documents = {name: "x"}, {"other": "x"}, {name: ["x", "x"]}
    assert found(database, where(name) == "x", *documents) == [{name: "x"}]
    assert found(database, where("list")[name] == "x", {"list": ["x", "x"]}) == []


def test_only_plain_names_reach_the_sql() -> None:
    """A path becomes part of a statement only if its names are letters, digits, _ and -, and no number (pitfall 4)."""
    assert indexable(("code", "a-1", "_x"))
    assert not any(indexable((name,)) for name in ("0", "-1", "a.b", 'a"', "a'", "é", "", "a b", "a\n"))
    assert not indexable(())


def test_text_is_ordered_by_code_points(database: SQLDatabase) -> None:
    """Capitals come before small letters and accents after both, whatever the database's language (pitfall 6)."""
    documents = {"a": "B"}, {"a": "a"}, {"a": "é"}, {"a": "z"}, {"a": "👧"}, {"a": "\uffee"}
    assert found(database, where("a") < "a", *documents) == [{"a": "B"}]
    assert found(database, where("a") > "z", *documents) == [{"a": "é"}, {"a": "👧"}, {"a": "\uffee"}]
    assert found(database, where("a") > "\uffee", *documents) == [{"a": "👧"}]


def test_mixed_types_do_not_match(database: SQLDatabase) -> None:
    """Where Python would raise TypeError, SQL finds no match (pitfall 6)."""
    assert found(database, where("a") < 5, {"a": "1"}, {"a": 1}, {"a": None}) == [{"a": 1}]
    assert found(database, where("a") < "5", {"a": "1"}, {"a": 1}) == [{"a": "1"}]


def test_large_numbers_are_compared_exactly(database: SQLDatabase) -> None:
    """Integers that a float cannot tell apart are told apart (pitfall 7)."""
    documents = {"a": BIG}, {"a": BIG + 1}, {"a": 2**70}, {"a": 2**70 + 1}, {"a": 1e300}
    assert found(database, where("a") == BIG + 1, *documents) == [{"a": BIG + 1}]
    assert found(database, where("a") == 2**70, *documents) == [{"a": 2**70}]
    assert found(database, where("a") > BIG, *documents) == list(documents[1:])


def test_what_looks_alike_as_text_is_not_equal(database: SQLDatabase) -> None:
    """A list is not the text that shows it."""
    assert found(database, where("a") == "[1]", {"a": [1]}, {"a": "[1]"}) == [{"a": "[1]"}]
    assert found(database, where("a") == [1], {"a": [1]}, {"a": "[1]"}) == [{"a": [1]}]


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
def test_a_sign_that_no_document_holds_is_not_found(database: SQLDatabase, sign: str) -> None:
    """Asking for what cannot be stored finds nothing, and breaks nothing."""
    assert found(database, where("a") == sign, {"a": "x"}) == []


def test_a_query_without_a_hash_runs_in_python(database: SQLDatabase) -> None:
    """Queries that cannot be cached are asked about every document; so are their combinations."""
    mapped = where("a").map(str.upper) == "X"
    assert found(database, mapped, {"a": "x"}, {"a": "y"}) == [{"a": "x"}]
    assert found(database, ~mapped & (where("a") == "y"), {"a": "x"}, {"a": "y"}) == [{"a": "y"}]


def test_an_empty_query_is_refused(database: SQLDatabase) -> None:
    """A path without a test is TinyDB's error, here too."""
    with pytest.raises(RuntimeError, match="Empty query"):
        found(database, Query().a, {"a": 1})


def test_what_is_pushed_down_is_exact_where_it_says_so() -> None:
    """Text, null and existence are exact on both engines; whole numbers on PostgreSQL; the rest asks Python again."""
    assert push((where("a") == "x") & ~where("b").exists(), "sqlite").exact
    assert push(where("a").one_of(["x", None]) | (where("b") >= "y"), "postgresql").exact
    assert push(where("a") == 1, "postgresql").exact
    for query in (where("a") == 1, where("a") == 1.5, where("a").any(["x"]), where("0") == "x"):
        assert not push(query, "sqlite").exact


NAMES = st.sampled_from(["a", "b", "c-d", "0"])
TEXTS = st.sampled_from(["", "a", "A", "b", "1", "true", "null", "é", "👧", '"', "\\u0000", "%s"]) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=3
)
NUMBERS = (
    st.sampled_from([0, 1, -1, 2, True, False, BIG, BIG + 1, -BIG - 1, 2**63, 2**70, 0.5, 1.0, 1e300, 0.1 + 0.2])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**66), 2**66)
)
PLAIN = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=2))
DOCUMENTS = st.lists(st.dictionaries(NAMES, VALUES, max_size=3), max_size=6)
PATHS = st.lists(NAMES, min_size=1, max_size=2)


def _place(path: list[str]) -> Query:
    place = Query()
    for name in path:
        place = place[name]
    return place


def _leaf(path: list[str], test: str, value: Any, values: list[Any]) -> QueryInstance:
    place = _place(path)
    match test:
        case "exists":
            return place.exists()
        case "one_of":
            return place.one_of(values)
        case "any":
            return place.any(values)
        case "matches":
            return place.matches("[a-z]+")
        case "fragment":
            return place.fragment({"a": value})
    return getattr(place, f"__{test}__")(value)


LEAVES = st.builds(
    _leaf,
    PATHS,
    st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge", "exists", "one_of", "any", "matches", "fragment"]),
    VALUES,
    st.lists(PLAIN, max_size=3),
)
QUERIES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(lambda a, b: a & b, inner, inner)
        | st.builds(lambda a, b: a | b, inner, inner)
        | st.builds(lambda a: ~a, inner)
    ),
    max_leaves=4,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents=DOCUMENTS, queries=st.lists(QUERIES, min_size=1, max_size=5))
def test_sql_finds_what_python_finds(
    database: SQLDatabase, documents: list[dict[str, Any]], queries: list[QueryInstance]
) -> None:
    """Whatever the documents and the query: the same ids, unless Python raises TypeError on mixed types."""
    table = database.table("random")
    with database.transaction():
        table.truncate()
        ids = table.insert_multiple(documents)
        for query in queries:
            try:
                expected = [doc_id for doc_id, body in zip(ids, documents, strict=True) if query(body)]
            except TypeError:
                continue
            assert [document.doc_id for document in table.search(query)] == expected
            assert table.count(query) == len(expected)
