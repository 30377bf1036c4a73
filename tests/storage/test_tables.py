"""The contract of TinyDB's interface, held over its own memory storage and over ours on every engine."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

import pytest
from tinydb import Query, TinyDB, operations, where
from tinydb.table import Document

from forms_app.storage.tables import SQLDatabase, SQLTable

LETTERS = [{"int": 1, "char": letter} for letter in "abc"]


@pytest.fixture
def letters(tinydb: TinyDB) -> TinyDB:
    """Return a database with the letters a, b and c under the ids 1, 2 and 3."""
    tinydb.insert_multiple(LETTERS)
    return tinydb


def test_insert_returns_growing_ids(tinydb: TinyDB) -> None:
    """The first document gets id 1, the next one 2."""
    assert [tinydb.insert({"a": 1}), tinydb.insert({"a": 2})] == [1, 2]


def test_documents_come_back_as_they_were(tinydb: TinyDB) -> None:
    """Order of keys, numbers, nesting and every sign of a text survive."""
    document = {"z": 1e300, "a": [1, 2.5, None, True, {"x": "Ayu 👧 \" ' \\ \x01"}], "m": {"": -(2**70)}}
    assert tinydb.get(doc_id=tinydb.insert(document)) == document
    assert list(tinydb.all()[0]) == ["z", "a", "m"]


def test_insert_takes_any_mapping(tinydb: TinyDB) -> None:
    """A mapping that is no dict is stored like one."""
    tinydb.insert(MappingProxyType({"a": 1}))
    assert tinydb.all() == [{"a": 1}]


@pytest.mark.parametrize("wrong", [["a"], "text", {1}, None])
def test_insert_refuses_what_is_no_mapping(tinydb: TinyDB, wrong: object) -> None:
    """A list or a text is no document, alone or among others; then none is stored."""
    with pytest.raises(ValueError, match="not a Mapping"):
        tinydb.insert(wrong)
    with pytest.raises(ValueError, match="not a Mapping"):
        tinydb.insert_multiple([{"a": 1}, wrong])
    assert len(tinydb) == 0


def test_insert_multiple_takes_a_generator(tinydb: TinyDB) -> None:
    """Documents may come one by one; their ids come back in order."""
    assert tinydb.insert_multiple({"n": n} for n in range(3)) == [1, 2, 3]
    assert tinydb.insert_multiple([]) == []


def test_a_document_keeps_its_own_id(tinydb: TinyDB) -> None:
    """A Document is stored under its id, and the next id is above it."""
    assert tinydb.insert(Document({"a": 1}, doc_id=10)) == 10
    assert tinydb.insert({"a": 2}) == 11


def test_an_id_is_taken_once(tinydb: TinyDB) -> None:
    """A second document with the same id is refused, and the first one stays."""
    tinydb.insert(Document({"a": 1}, doc_id=5))
    for insert in (tinydb.insert, lambda document: tinydb.insert_multiple([{"b": 1}, document])):
        with pytest.raises(ValueError, match="Document with ID 5 already exists"):
            insert(Document({"a": 2}, doc_id=5))
    assert tinydb.all() == [{"a": 1}]


def test_all_iter_and_len_agree(letters: TinyDB) -> None:
    """All documents are seen, with their ids, and counted."""
    assert letters.all() == list(letters) == LETTERS
    assert [document.doc_id for document in letters] == [1, 2, 3]
    assert len(letters) == 3


def test_search(letters: TinyDB) -> None:
    """A search returns the documents that match, with their ids."""
    assert letters.search(where("char") == "b") == [{"int": 1, "char": "b"}]
    assert letters.search(where("char") == "b")[0].doc_id == 2
    assert letters.search(where("missing") == 1) == []
    assert len(letters.search(Query().noop())) == 3


def test_search_takes_any_function(letters: TinyDB) -> None:
    """A query need not be TinyDB's: anything that can be called and hashed will do."""
    assert letters.search(lambda document: document["char"] > "a") == LETTERS[1:]


def test_get(letters: TinyDB) -> None:
    """One document is found by query, by id, or several by ids."""
    assert letters.get(where("char") == "c").doc_id == 3
    assert letters.get(where("char") == "x") is None
    assert letters.get(doc_id=2) == {"int": 1, "char": "b"}
    assert letters.get(doc_id=2).doc_id == 2
    assert letters.get(doc_id=9) is None
    assert letters.get(doc_id=float("nan")) is None
    with pytest.raises(RuntimeError):
        letters.get()


def test_get_several(letters: TinyDB) -> None:
    """Several ids give those documents that exist."""
    assert [document.doc_id for document in letters.get(doc_ids=[3, 1, 9])] in ([1, 3], [3, 1])


def test_contains(letters: TinyDB) -> None:
    """Whether a document is there is answered by query and by id."""
    assert letters.contains(where("char") == "a")
    assert not letters.contains(where("char") == "x")
    assert letters.contains(doc_id=1)
    assert not letters.contains(doc_id=9)
    with pytest.raises(RuntimeError):
        letters.contains()


def test_count(letters: TinyDB) -> None:
    """Matching documents are counted."""
    assert letters.count(where("int") == 1) == 3
    assert letters.count(where("char") == "x") == 0
    assert letters.count(where("char").matches("[ab]")) == 2


def test_update(letters: TinyDB) -> None:
    """Fields are set in all documents, in those that match, or in those named; the ids come back."""
    assert letters.update({"int": 2}) == [1, 2, 3]
    assert letters.update({"int": 3}, where("char") == "a") == [1]
    assert letters.update({"int": 4}, doc_ids=[2, 9]) == [2]
    assert [document["int"] for document in letters] == [3, 4, 2]


OPERATIONS: list[tuple[Callable[[Document], None], dict[str, object]]] = [
    (operations.delete("int"), {"char": "a"}),
    (operations.add("int", 5), {"int": 6, "char": "a"}),
    (operations.subtract("int", 5), {"int": -4, "char": "a"}),
    (operations.set("char", "xyz"), {"int": 1, "char": "xyz"}),
    (operations.increment("int"), {"int": 2, "char": "a"}),
    (operations.decrement("int"), {"int": 0, "char": "a"}),
]


@pytest.mark.parametrize(("operation", "expected"), OPERATIONS)
def test_update_by_operation(
    letters: TinyDB, operation: Callable[[Document], None], expected: dict[str, object]
) -> None:
    """TinyDB's operations change a document in place."""
    assert letters.update(operation, where("char") == "a") == [1]
    assert letters.get(doc_id=1) == expected


def test_update_multiple(letters: TinyDB) -> None:
    """Several updates run at once, each on what the ones before it left."""
    updates = [
        ({"int": 2}, where("char") == "a"),
        (operations.increment("int"), where("int") == 2),
        ({"int": 9}, where("char") == "c"),
    ]
    assert letters.update_multiple(updates) == [1, 1, 3]
    assert [document["int"] for document in letters] == [3, 1, 9]


def test_upsert(letters: TinyDB) -> None:
    """What matches is updated; what does not is stored anew."""
    assert letters.upsert({"int": 5}, where("char") == "a") == [1]
    assert letters.upsert({"int": 9, "char": "x"}, where("char") == "x") == [4]
    assert [document["int"] for document in letters] == [5, 1, 1, 9]


def test_upsert_by_id(letters: TinyDB) -> None:
    """A Document is updated or stored under its own id; without id and query there is nothing to go by."""
    assert letters.upsert(Document({"int": 7}, doc_id=2)) == [2]
    assert letters.get(doc_id=2) == {"int": 7, "char": "b"}
    assert letters.upsert(Document({"int": 8}, doc_id=20)) == [20]
    with pytest.raises(ValueError, match="doc_id"):
        letters.upsert({"int": 9})


def test_remove(letters: TinyDB) -> None:
    """Documents go by query or by id; the ids that were there come back."""
    assert letters.remove(where("char") == "b") == [2]
    assert letters.remove(doc_ids=[3, 9]) == [3]
    assert letters.all() == LETTERS[:1]
    with pytest.raises(RuntimeError):
        letters.remove()


def test_truncate_begins_again(letters: TinyDB) -> None:
    """A truncated table is empty, still there, and counts from 1."""
    letters.truncate()
    assert (len(letters), letters.tables()) == (0, {"_default"})
    assert letters.insert({}) == 1


def test_tables_are_separate(tinydb: TinyDB) -> None:
    """What is stored in one table is in no other; a table exists once something was stored."""
    one, two = tinydb.table("one"), tinydb.table("two")
    one.insert({"a": 1})
    assert (one.all(), two.all(), len(tinydb)) == ([{"a": 1}], [], 0)
    assert tinydb.tables() == {"one"}
    assert tinydb.table("one") is one


def test_persist_empty(tinydb: TinyDB) -> None:
    """A table may be made to exist while it is empty."""
    tinydb.table("empty", persist_empty=True)
    assert tinydb.tables() == {"empty"}


def test_drop_table(tinydb: TinyDB) -> None:
    """One table goes with its documents; the others stay, and a table that is not there is passed over."""
    tinydb.table("one").insert({"a": 1})
    tinydb.table("two").insert({"a": 2})
    tinydb.drop_table("one")
    tinydb.drop_table("three")
    assert tinydb.tables() == {"two"}
    assert tinydb.table("one").all() == []


def test_drop_tables(letters: TinyDB) -> None:
    """All tables go."""
    letters.table("one").insert({})
    letters.drop_tables()
    assert letters.tables() == set()
    assert len(letters) == 0


def test_clear_cache(letters: TinyDB) -> None:
    """Searches find the same after the cache was cleared."""
    query = where("char") == "a"
    assert letters.search(query) == letters.search(query)
    letters.clear_cache()
    assert len(letters.search(query)) == 1


def test_repr_names_the_tables(letters: TinyDB) -> None:
    """A database and a table say what they hold."""
    assert "tables_count=1" in repr(letters)
    assert "total=3" in repr(letters.table("_default"))


def test_a_context_closes_the_database(tinydb: TinyDB) -> None:
    """`with` closes at its end."""
    with tinydb as opened:
        opened.insert({"a": 1})
    assert not tinydb._opened


def test_the_storage_reads_and_writes_everything(letters: TinyDB) -> None:
    """The storage behind the tables moves all of them as one dictionary."""
    data = letters.storage.read()
    assert data is not None
    assert {str(key): value for key, value in data["_default"].items()} == dict(zip("123", LETTERS, strict=True))
    letters.storage.write({"other": {"7": {"a": 1}}})
    letters.clear_cache()
    assert letters.table("other").get(doc_id=7) == {"a": 1}
    assert letters.tables() == {"other"}


def test_queries_that_tinydb_takes_for_the_same_are_not_confused(database: SQLDatabase):
    """The hash of `fragment` leaves its path out; sharing one place in the cache, two such queries find their own."""
    table = database.table("children")
    table.insert_multiple([{"a": {"n": 1}}, {"b": {"n": 1}}])
    one, two = where("a").fragment({"n": 1}), where("b").fragment({"n": 1})
    assert hash(one) == hash(two)
    assert [doc.doc_id for query in (one, two, one) for doc in table.search(query)] == [1, 2, 1]


def test_the_query_cache_never_answers_from_an_old_copy(database: SQLDatabase):
    """What another table object (another process, say) stored meanwhile is found by a query that was asked before."""
    table, other = database.table("children"), SQLTable(database.storage, "children")
    query = where("name") == "Sari"
    assert table.search(query) == []
    other.insert({"name": "Sari"})
    assert query in table._query_cache
    assert len(table.search(query)) == table.count(query) == 1


def test_threads_share_the_query_cache(database: SQLDatabase):
    """Searching and changing one table from eight threads at once loses nothing and raises nothing."""
    table = database.table("children")

    def work(number: int) -> None:
        for turn in range(20):
            table.insert({"number": number, "turn": turn})
            assert len(table.search(where("number") == number)) == turn + 1

    with ThreadPoolExecutor(8) as pool:
        deque(pool.map(work, range(8)), maxlen=0)
    assert len(table) == 160
