"""Rows: each its own, shared by processes, changed as a whole or not at all."""

from __future__ import annotations

import threading

import pytest
from tinydb import where
from tinydb.table import Document

from forms_app.storage.rows import PAGE
from forms_app.storage.tables import SQLDatabase, open_database, store_of


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\0", "a\0b", "\\\0", "\ud800", {"\0": 1}])
def test_what_json_cannot_hold_is_refused(database: SQLDatabase, value: object) -> None:
    """NaN, infinity, NUL and half a surrogate pair are refused at the door, and nothing is stored (pitfall 7)."""
    with pytest.raises(ValueError, match=r"Out of range|NUL|surrogates"):
        database.insert_multiple([{"a": 1}, {"a": value}])
    assert len(database) == 0


def test_the_name_of_nul_is_no_nul(database: SQLDatabase) -> None:
    r"""The six signs \u0000, typed by a person, are a text like any other."""
    assert database.get(doc_id=database.insert({"a": "\\u0000"})) == {"a": "\\u0000"}


def test_what_is_not_json_is_refused(database: SQLDatabase) -> None:
    """A value that JSON has no word for raises TypeError; in an update nothing is changed."""
    database.insert_multiple([{"a": 1}, {"a": 2}])
    with pytest.raises(TypeError):
        database.update({"a": {1, 2}})
    assert [document["a"] for document in database] == [1, 2]


def test_ids_are_never_given_twice(address: str) -> None:
    """The id of a removed document is not given again, not even after reopening (pitfall 8)."""
    with open_database(address) as first:
        first.insert_multiple([{}, {}, {}])
        first.remove(doc_ids=[3])
    with open_database(address) as second:
        assert second.insert({}) == 4


def test_documents_come_in_the_order_of_their_ids(database: SQLDatabase) -> None:
    """Ids set by hand decide the order, not the time of insertion (pitfall 12)."""
    database.insert_multiple([Document({"n": 2}, doc_id=7), Document({"n": 1}, doc_id=3)])
    assert [document["n"] for document in database] == [1, 2]


def test_another_process_is_seen_at_once(address: str) -> None:
    """Nothing is answered from an old copy when another connection has written (pitfall 9)."""
    with open_database(address) as one, open_database(address) as other:
        assert one.search(where("a") == 1) == []
        other.insert({"a": 1})
        assert one.search(where("a") == 1) == [{"a": 1}]


def test_what_was_found_can_be_changed_freely(database: SQLDatabase) -> None:
    """A document in the hand is a copy: changing it changes no later search (pitfall 9)."""
    database.insert({"a": [1]})
    database.search(where("a").exists())[0]["a"].append(2)
    assert database.search(where("a").exists()) == [{"a": [1]}]


def test_a_transaction_carries_several_tables(database: SQLDatabase) -> None:
    """What is written inside `transaction` is visible inside, and gone as a whole when it fails (pitfall 10)."""

    def fail() -> None:
        with database.transaction():
            database.table("one").insert({"a": 1})
            database.table("two").insert({"a": 2})
            raise ZeroDivisionError(len(database.table("two")))

    with pytest.raises(ZeroDivisionError, match="1"):
        fail()
    assert database.tables() == set()


def test_an_update_that_fails_changes_nothing(database: SQLDatabase) -> None:
    """If a function fails on the second document, the first stays as it was."""
    database.insert_multiple([{"n": 1}, {}])
    with pytest.raises(KeyError):
        database.update(lambda document: document.update(n=document["n"] + 1))
    assert database.all() == [{"n": 1}, {}]


def test_pages(database: SQLDatabase) -> None:
    """`page` walks through a table, all of it or what matches, without reading what was seen (pitfall 11)."""
    table = database.table("many")
    table.insert_multiple({"n": n, "even": "yes" if n % 2 == 0 else "no"} for n in range(10))
    assert [document["n"] for document in table.page(limit=3)] == [0, 1, 2]
    assert [document["n"] for document in table.page(after=3, limit=3)] == [3, 4, 5]
    assert [document["n"] for document in table.page(3, 3, where("even") == "yes")] == [4, 6, 8]
    assert [document["n"] for document in table.page(0, 2, where("n").test(lambda n: n > 6))] == [7, 8]
    assert table.page(after=10) == []


def test_more_than_one_page(database: SQLDatabase) -> None:
    """Everything is found, changed and removed beyond the first page of rows."""
    count = 2 * PAGE + 1
    database.insert_multiple({"n": n} for n in range(count))
    assert [document["n"] for document in database] == list(range(count))
    assert len(database.update({"seen": "yes"})) == count
    assert database.count(where("seen") == "yes") == count
    assert len(database.get(doc_ids=range(1, count + 1))) == count
    assert len(database.remove(where("n") >= 0)) == count
    assert len(database) == 0


def test_an_index_is_made_and_used(database: SQLDatabase) -> None:
    """A search by an indexed text goes by the index at once (pitfalls 4 and 5)."""
    table = database.table("people")
    table.insert_multiple({"name": f"name {n}", "x": {"y-z": n}} for n in range(2000))
    table.index("name")
    table.index("name")
    assert table.search(where("name") == "name 77") == [{"name": "name 77", "x": {"y-z": 77}}]
    store = store_of(database)
    with store.reading() as connection:
        how = "EXPLAIN QUERY PLAN" if store.dialect == "sqlite" else "EXPLAIN"
        value = "json_extract(body, '$.\"name\"')" if store.dialect == "sqlite" else "(body #>> '{\"name\"}')"
        question = (how, "SELECT body FROM documents WHERE collection = 'people' AND", value, "= 'name 77'")
        assert "by_name" in str(connection.exec_driver_sql(" ".join(question)).all())


def test_an_index_takes_plain_names_only(database: SQLDatabase) -> None:
    """A name that could end a quotation is refused."""
    with pytest.raises(ValueError, match="plain names"):
        database.table("people").index("a'; DROP TABLE log; --")


def test_threads_share_a_database(database: SQLDatabase) -> None:
    """Eight threads insert and update one table: every id is given once, and no update is lost."""
    table = database.table("shared")
    table.insert({"n": 0})
    ids: list[int] = []

    def work() -> None:
        for _ in range(10):
            ids.append(table.insert({"n": -1}))
            table.update(lambda document: document.update(n=document["n"] + 1), doc_ids=[1])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ids) == list(range(2, 82))
    assert table.get(doc_id=1) == {"n": 80}


def test_tinydbs_extensions_may_change_a_table_as_a_dictionary(database: SQLDatabase) -> None:
    """The hook that TinyDB's own table offers works on rows: add, change and remove."""
    database.insert_multiple([{"a": 1}, {"a": 2}])

    def updater(table: dict[int, dict[str, object]]) -> None:
        table[1]["a"] = 9
        del table[2]
        table[5] = {"a": 5}

    database.table("_default")._update_table(updater)
    assert database.storage.read() == {"_default": {"1": {"a": 9}, "5": {"a": 5}}}
