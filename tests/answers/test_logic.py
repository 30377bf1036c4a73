"""Logic: what the phone is told of a form, and what it is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from forms_app.answers.logic import functions, logic
from forms_app.specs.library import Library
from forms_app.specs.model import FormSpec

Asking = Callable[..., FormSpec]
HIDDEN = (
    "outcome: {show: never, rules: [{level: urgent, when: '${o} > 1', card: k}], "
    "cards: {k: {title: Rahasia, body: B}}}\n"
)


def told(spec: FormSpec, language: str = "id", **event: str) -> dict[str, Any]:
    """Return what the phone is told."""
    found: dict[str, Any] = json.loads(logic(spec, event, language))
    return found


def test_every_question_is_told_with_what_it_needs(asking: Asking):
    """Trees stand under short names, and what is not there is left out."""
    spec = asking(
        "{name: a, type: select_one yn, label: A, required: 'true()'}",
        "{name: r, type: repeat, label: R, repeat_count: '2', questions: [{name: b, type: text, label: B, "
        "relevant: \"${a} = 'ya'\", required: \"${a} = 'ya'\", "
        "constraint: \". != 'x'\", constraint_message: Bukan x., alert: \"${b} = 'y'\"}]}",
    )
    first, repeat, inner = told(spec)["q"]
    assert first == {"n": "a", "q": True}
    assert repeat == {"n": "r", "t": "repeat", "rc": 2}
    assert inner["in"] == "r"
    assert inner["r"] == inner["q"] == ["=", ["ref", "a"], "ya"]
    assert inner["m"] == {"constraint": "Bukan x."}
    assert {"c", "a"} <= set(inner)


def test_what_a_question_waits_for_is_told_before_it(asking: Asking):
    """The phone works a form out in one go, whatever the order of its questions."""
    spec = asking(
        "{name: a, type: text, label: A, relevant: \"${c} = 'ya'\"}",
        "{name: s, type: calculate, calculation: '${n} + 1'}",
        "{name: c, type: select_one yn, label: C, relevant: '${s} > 1'}",
        "{name: n, type: integer, label: N}",
    )
    names = [one["n"] for one in told(spec)["q"]]
    assert names.index("n") < names.index("s") < names.index("c") < names.index("a")


def test_a_pages_condition_is_told_before_the_questions_under_it(asking: Asking):
    """It is a row of its own, worked out once for all of the page."""
    pages = (
        "- label: P\n  questions:\n  - {name: n, type: integer, label: N}\n"
        "- label: Q\n  relevant: '${n} > 3'\n  questions:\n  - {name: t, type: text, label: T}\n"
        "  - {name: u, type: text, label: U}\n"
    )
    found = told(asking(pages=pages))["q"]
    assert found[1:] == [
        {"n": "/1", "t": "group", "r": [">", ["num", "n"], 3]},
        {"n": "t", "u": "/1"},
        {"n": "u", "u": "/1"},
    ]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("integer, parameters: min=0 max=10", "Isi angka dari 0 sampai 10."),
        ("decimal, parameters: min=2.5", "Isi angka 2.5 atau lebih."),
        ("date, parameters: max=2026-12-31", "Isi tanggal 31/12/2026 atau sebelumnya."),
    ],
)
def test_the_words_for_a_range_are_the_sites_own(parameters: str, said: str, asking: Asking):
    """What the phone says of an answer outside its range is what the site would say."""
    assert told(asking(f"{{name: n, label: N, type: {parameters}}}"))["q"][0]["m"] == {"range": said}


def test_a_hidden_outcome_never_reaches_the_phone(asking: Asking):
    """Neither its rules nor the calculations that only it needs."""
    spec = asking(
        "{name: n, type: integer, label: N}", "{name: o, type: calculate, calculation: '${n} * 2'}", head=HIDDEN
    )
    assert [one["n"] for one in told(spec)["q"]] == ["n"]
    assert "Rahasia" not in logic(spec, {}, "id")
    assert "urgent" not in logic(spec, {}, "id")


def test_calculations_that_the_page_needs_stay(asking: Asking):
    """What a page's relevance needs is told, through other calculations too."""
    pages = (
        "- label: P\n  questions:\n  - {name: n, type: integer, label: N}\n"
        "  - {name: o, type: calculate, calculation: '${n} * 2'}\n"
        "  - {name: p, type: calculate, calculation: '${o} + 1'}\n"
        "  - {name: z, type: calculate, calculation: '${o} + 2'}\n"
        "- label: Q\n  relevant: '${p} > 3'\n  questions:\n  - {name: t, type: text, label: T}\n"
    )
    names = [one["n"] for one in told(asking(head=HIDDEN, pages=pages))["q"]]
    assert names == ["n", "o", "p", "/1", "t"]


def test_only_the_operations_of_what_is_told_are_sent(asking: Asking):
    """What only an outcome calculates with does not reach the phone."""
    rows = (
        "{name: n, type: integer, label: N, constraint: '. > 2'}",
        "{name: o, type: calculate, calculation: '${n} * 2'}",
    )
    assert functions(asking(*rows)) == functions(asking(*rows, head=HIDDEN)) == {">", "num"}
    waiting = asking(*rows, "{name: t, type: text, label: T, relevant: '${o} > 4'}", head=HIDDEN)
    assert functions(waiting) == {">", "num", "*"}


def test_a_level_that_a_question_waits_for_is_told_as_one_tree(library: Library):
    """The first rule that holds gives it; nothing of the cards is told."""
    spec = library.by_id("detection_checklist_teacher")
    level = next(one for one in told(spec)["q"] if one["n"] == "level")
    assert level["k"][:3] == ["if", spec.outcome.rules[0].when.tree, "immediate"]
    assert "if" in functions(spec)


def test_only_the_event_data_that_the_form_uses_are_told(library: Library):
    """No more of the event stands in the page than its expressions need."""
    spec = library.by_id("odfc_attendance")
    assert told(spec, event_jenjang="sd", event_place="x")["v"] == {"event_jenjang": "sd"}
    assert told(spec)["v"] == {"event_jenjang": ""}


def test_nothing_in_it_ends_the_script(asking: Asking):
    """Neither a message nor the event's data can close the script element or begin a comment."""
    spec = asking(
        "{name: a, type: text, label: A, constraint: '. = ${event_place}', constraint_message: '</script><!-- x'}",
    )
    text = logic(spec, {"event_place": "</SCRIPT>\u2028\u2029"}, "id")
    assert "<" not in text
    assert not {"\u2028", "\u2029"} & set(text)
    assert told(spec, event_place="</SCRIPT>\u2028")["v"]["event_place"] == "</SCRIPT>\u2028"
    assert told(spec)["q"][0]["m"]["constraint"] == "</script><!-- x"


FILTERED = """\
  kec: [{name: a, label: A}, {name: b, label: B}]
  kel: [{name: x, label: Label X, kec: a, secret_note: Rahasia}, {name: y, label: Y, kec: b, secret_note: Rahasia}]
"""
KEL = "{name: kel, type: select_one kel, label: Kel, choice_filter: 'kec = ${kec}'}"
KEC = "{name: kec, type: select_one kec, label: Kec}"


def test_a_filter_is_told_with_the_columns_that_it_looks_at(asking: Asking):
    """In the list's order; other columns stay at the site."""
    found = told(asking(KEL, KEC, head=FILTERED))
    kel = next(one for one in found["q"] if one["n"] == "kel")
    assert (kel["t"], kel["f"], kel["l"]) == ("filtered", ["=", ["ref", "@kec"], ["ref", "kec"]], "kel")
    assert found["c"] == {"kel": {"@kec": ["a", "b"]}}
    assert "Rahasia" not in json.dumps(found)
    assert {"=", "ref"} <= functions(asking(KEL, KEC, head=FILTERED))


def test_a_long_list_is_not_told(asking: Asking):
    """Neither its columns nor its labels stand in the page."""
    rows = ", ".join(f"{{name: n{number}, label: Tempat {number}, kec: a}}" for number in range(201))
    spec = asking(
        KEC,
        KEL,
        "{name: t, type: text, label: T, relevant: \"jr:choice-name(${kel}, '${kel}') = 'x'\"}",
        head=f"  kec: [{{name: a, label: A}}]\n  kel: [{rows}]\n",
    )
    found = told(spec)
    assert next(one for one in found["q"] if one["n"] == "kel")["t"] == "search"
    assert {"c", "l"} & set(found) == set()
    assert "n200" not in json.dumps(found)


def test_labels_are_told_only_of_questions_whose_labels_are_asked_for(asking: Asking):
    """In the page's language, and not those that only a calculation nobody waits for would want."""
    condition = "{name: t, type: text, label: T, relevant: \"jr:choice-name(${kec}, '${kec}') = 'A'\"}"
    silent = "{name: c, type: calculate, calculation: \"jr:choice-name(${kel}, '${kel}')\"}"
    found = told(asking(KEC, KEL, condition, silent, head=FILTERED))
    assert found["l"] == {"kec": {"a": "A", "b": "B"}}
    assert "Label X" not in json.dumps(found)


def test_a_group_is_told_before_its_members(asking: Asking):
    """A member names the group around it, a group the one around that, or the page if it has a condition."""
    pages = (
        "- label: P\n  questions:\n  - {name: n, type: integer, label: N}\n"
        "- label: Q\n  relevant: '${n} > 3'\n  questions:\n"
        "  - {name: g, type: group, label: G, relevant: '${n} > 4', questions: [{name: h, type: group, questions: ["
        "{name: t, type: text, label: T}]}]}\n"
    )
    rows = {one["n"]: one for one in told(asking(pages=pages))["q"]}
    assert list(rows) == ["n", "/1", "g", "h", "t"]
    assert [rows[name].get("u") for name in rows] == [None, None, "/1", "g", "h"]
    assert [rows[name].get("t") for name in rows] == [None, "group", "group", "group", None]
    assert rows["g"]["r"] == [">", ["num", "n"], 4]


def test_a_hidden_outcome_stays_hidden_in_groups_repeats_and_filters(asking: Asking):
    """What only its rules need is not told wherever it stands, and neither is the level."""
    spec = asking(
        KEC,
        "{name: g, type: group, questions: [{name: n, type: integer, label: N}, "
        "{name: o, type: calculate, calculation: '${n} * 2'}]}",
        "{name: r, type: repeat, label: R, questions: [{name: m, type: integer, label: M}, "
        "{name: p, type: calculate, calculation: '${m} * 3'}]}",
        "{name: s, type: calculate, calculation: 'sum(${p})'}",
        KEL,
        head=FILTERED + HIDDEN.replace("${o} > 1", "${o} + ${s} > 1"),
    )
    found = logic(spec, {}, "id")
    assert {one["n"] for one in told(spec)["q"]} == {"kec", "g", "n", "r", "m", "kel"}
    assert not any(word in found for word in ("level", "urgent", "Rahasia", "sum", "*"))
    assert not {"*", "sum", "+", ">"} & functions(spec)


def test_what_is_known_without_asking_is_told_only_if_a_question_waits_for_it(asking: Asking):
    """Day and language are worked out on the phone, the beginning is read from the page."""
    rows = (
        "{name: began, type: start}",
        "{name: ended, type: end}",
        "{name: day, type: today}",
        "{name: tongue, type: language}",
    )
    assert told(asking("{name: t, type: text, label: T}", *rows))["q"] == [{"n": "t"}]
    waiting = asking(
        *rows,
        "{name: t, type: text, label: T, relevant: \"${tongue} = 'en' and ${day} > '2026-01-01' and ${began} != '' "
        "and ${ended} != ''\"}",
    )
    known = {one["n"]: {key: one[key] for key in ("t", "k") if key in one} for one in told(waiting, "en")["q"]}
    assert known == {
        "began": {"t": "start"},
        "ended": {"k": ["context", "now"]},
        "day": {"k": ["context", "day"]},
        "tongue": {"k": "en"},
        "t": {},
    }
    assert "context" in functions(waiting)


def test_what_only_the_site_works_out_is_not_told(asking: Asking):
    """A uuid and what follows from it are no business of the phone."""
    spec = asking("{name: t, type: text, label: T}", "{name: id, type: calculate, calculation: uuid()}")
    assert [one["n"] for one in told(spec)["q"]] == ["t"]
    assert "uuid" not in functions(spec)


def test_a_warning_is_told_with_its_words(asking: Asking):
    """The phone says at once what the site would say."""
    (row,) = told(asking("{name: n, type: integer, label: N, warn: . > 9, warn_message: Banyak.}"))["q"]
    assert (row["w"], row["m"]) == ([">", ["num", "n"], 9], {"warn": "Banyak."})


def test_a_calculation_that_a_text_repeats_is_told(asking: Asking):
    """The phone works it out, and knows how to write it; what no text repeats stays at the site."""
    rows = ("{name: x, type: calculate, calculation: 1 + 1}", "{name: y, type: calculate, calculation: 2 + 1}")
    found = told(asking(*rows, "{name: n, type: note, label: 'Jumlah ${x}'}"))
    assert [row["n"] for row in found["q"]] == ["x", "n"]
    assert found["s"] == {"x": "number"}
    assert "s" not in told(asking("{name: n, type: note, label: N}"))
