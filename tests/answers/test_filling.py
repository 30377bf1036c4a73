"""Filling in: relevance, answers, calculations, validity, parts, levels; and every vector of every shipped form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from forms_app.answers.filled import Filled
from forms_app.answers.filling import fill
from forms_app.answers.recheck import StoredAnswers
from forms_app.specs.library import Library, read_library
from forms_app.specs.model import FormSpec

Asking = Callable[..., FormSpec]
Filling = Callable[..., Filled]
FORMS = read_library(Path(__file__).parents[2] / "form_specs").specs
VECTORS = [(spec, vector) for spec in FORMS for vector in spec.vectors]
DAY = date(2026, 11, 22)
CHILDREN = "{name: r, type: repeat, label: R, %squestions: [%s]}"
NICK = "{name: nick, type: text, label: N, required: 'true()'}"
AGE = "{name: age, type: integer, label: U}"


def codes(filled: Filled) -> list[tuple[str, str]]:
    """Return field and code of every problem, in the order of the page."""
    return [(one.field, one.problem.code) for one in filled.problems]


def shown(value: Any) -> Any:
    """Return a value as a form file writes it: words, nothing for no answer, or a list of words."""
    return [str(one) for one in value] if isinstance(value, list) else "" if value is None else str(value)


@pytest.mark.parametrize("spec", FORMS, ids=lambda spec: spec.form_id)
def test_every_sample_is_accepted(spec: FormSpec, filling: Filling):
    """The sample of a shipped form is complete and right."""
    filled = filling(spec, dict(spec.sample))
    assert codes(filled) == []
    assert filled.answers.keys() >= {name for name, value in spec.sample if value} - {"left_with"}


@pytest.mark.parametrize(
    ("spec", "vector"), VECTORS, ids=lambda value: value["name"] if isinstance(value, dict) else value.slug
)
def test_vector(spec: FormSpec, vector: dict[str, Any], filling: Filling):
    """Each vector of a form (those of domain.md among them) has its level, card, notes and calculated values."""
    filled = filling(spec, {**dict(spec.sample), **(vector.get("answers") or {})})
    found = {**filled.values, "level": filled.level, "card": filled.card.name if filled.card else ""}
    found["notes"] = [card.name for card in filled.notes]
    found |= {key: [one.field for one in getattr(filled, key)] for key in ("problems", "warnings")}
    expected = vector["expect"]
    assert {name: shown(found[name]) for name in expected} == expected
    assert "problems" in expected or codes(filled) == []


def test_all_scoring_vectors_of_the_domain_are_there(library: Library):
    """The twelve vectors of domain.md 2.4 stand in the checklist."""
    names = [vector["name"] for vector in library.by_id("detection_checklist_teacher").vectors]
    assert len([name for name in names if name.startswith("2.4")]) >= 12


def test_what_is_not_relevant_does_not_exist(asking: Asking, filling: Filling):
    """It is neither kept nor complained about nor seen by calculations, be it ever so wrong."""
    spec = asking(
        "{name: a, type: select_one yn, label: A}",
        "{name: n, type: integer, label: N, relevant: \"${a} = 'ya'\", required: 'true()'}",
        "{name: c, type: calculate, calculation: 'coalesce(${n}, 0) + 1'}",
    )
    hidden = filling(spec, {"a": "tidak", "n": "7"})
    assert (hidden.answers, hidden.calculated, hidden.relevant) == ({"a": "tidak"}, {"c": 1}, {"a", "c"})
    assert codes(filling(spec, {"a": "tidak", "n": "bukan angka"})) == []
    assert codes(filling(spec, {"a": "ya", "n": "bukan angka"})) == [("n", "integer")]
    assert codes(filling(spec, {"a": "ya"})) == [("n", "required")]


def test_relevance_reaches_through(asking: Asking, filling: Filling):
    """What hangs on a question that is not relevant is not relevant either, in whatever order they stand."""
    spec = asking(
        "{name: z, type: text, label: Z, relevant: \"${y} = 'ya'\"}",
        "{name: y, type: select_one yn, label: Y, relevant: \"${x} = 'ya'\"}",
        "{name: x, type: select_one yn, label: X}",
    )
    assert filling(spec, {"x": "tidak", "y": "ya", "z": "dulu"}).answers == {"x": "tidak"}
    assert filling(spec, {"x": "ya", "y": "ya", "z": "dulu"}).answers == {"x": "ya", "y": "ya", "z": "dulu"}


def test_a_page_that_is_not_relevant_is_empty(library: Library, filling: Filling):
    """A guest is not asked about children, whatever a hostile page sends."""
    spec = library.by_id("event_registration")
    sample = dict(spec.sample)
    filled = filling(spec, {**sample, "reg_kind": "tamu"})
    assert not {"rel", "child_n", "children"} & set(filled.answers)
    assert codes(filled) == []
    assert {"rel", "child_n", "children"} <= set(filling(spec, sample).answers)


def test_required_may_depend(asking: Asking, filling: Filling):
    """`required` is looked at when all values are known."""
    spec = asking(
        "{name: a, type: text, label: A, required: \"${b} = 'ya'\"}", "{name: b, type: select_one yn, label: B}"
    )
    assert codes(filling(spec, {"b": "ya"})) == [("a", "required")]
    assert codes(filling(spec, {"b": "tidak"})) == []


def test_a_constraint_is_asked_of_answers_only(asking: Asking, filling: Filling):
    """An empty answer breaks no constraint; a constraint on many sees what was picked."""
    spec = asking(
        "{name: a, type: text, label: A, constraint: string-length(.) >= 3}",
        "{name: m, type: select_multiple yn, label: M, "
        "constraint: \"not(selected(., 'ya') and selected(., 'tidak'))\"}",
    )
    assert codes(filling(spec, {})) == []
    assert codes(filling(spec, {"a": "ab", "m": ["ya", "tidak"]})) == [("a", "constraint"), ("m", "constraint")]
    assert codes(filling(spec, {"a": "abc", "m": ["tidak"]})) == []


def test_one_field_has_one_problem(asking: Asking, filling: Filling):
    """What cannot be read is not called missing too; problems stand in the order of the page."""
    spec = asking(
        "{name: a, type: integer, label: A, required: 'true()'}", "{name: b, type: date, label: B, required: 'true()'}"
    )
    assert codes(filling(spec, {"b": "besok", "a": "dua"})) == [("a", "integer"), ("b", "date")]


def test_the_specs_own_words_are_handed_on(asking: Asking, filling: Filling):
    """A spec's `required_message` and `constraint_message` go with the problem, also for a format."""
    spec = asking(
        "{name: a, type: text, label: A, required: 'true()', required_message: Isi dulu.}",
        "{name: b, type: text, label: B, parameters: format=phone, constraint_message: Nomor dulu.}",
    )
    assert [one.own.source for one in filling(spec, {"b": "x"}).problems] == ["Isi dulu.", "Nomor dulu."]


def test_default_is_shown_and_never_assumed(asking: Asking, filling: Filling):
    """A default that the person cleared is no answer."""
    spec = asking("{name: a, type: select_one yn, label: A, default: ya}")
    assert filling(spec, {}).answers == {}


@pytest.mark.parametrize(
    ("calculation", "value"),
    [
        ("1 = 1", True),
        ("1 = 2", False),
        ("2 * 2", 4),
        ("1 div 4", 0.25),
        ("10 * 100000000000000000", 1e18),
        ("1 div 0", None),
        ("'ab'", "ab"),
        ("''", None),
    ],
)
def test_calculated_values(calculation: str, value: Any, asking: Asking, filling: Filling):
    """Truths, whole numbers as int while a double holds them exactly, and nothing for the empty value."""
    found = filling(asking(f'{{name: c, type: calculate, calculation: "{calculation}"}}')).calculated.get("c")
    assert found == value
    assert type(found) is type(value)


def test_a_calculated_text_is_cut(asking: Asking, filling: Filling):
    """A text grows no larger than its room, be it calculated or a default."""
    spec = asking(
        "{name: a, type: text, label: A}",
        "{name: c, type: calculate, calculation: 'concat(${a}, ${a})', parameters: max=5}",
        f"{{name: h, type: hidden, default: {'x' * 300}}}",
    )
    assert filling(spec, {"a": "abcd"}).calculated == {"c": "abcda", "h": "x" * 200}


def test_hidden_comes_from_the_event_or_its_default(asking: Asking, filling: Filling):
    """A posted value changes nothing."""
    spec = asking(
        "{name: t, type: hidden, calculation: '${event_topic}'}",
        "{name: d, type: hidden, default: '${event_topic}'}",
        "{name: s, type: hidden, default: tetap}",
    )
    filled = filling(spec, {"t": "lain", "d": "lain", "s": "lain"})
    assert filled.calculated == {"t": "deteksi_dini", "d": "deteksi_dini", "s": "tetap"}
    assert filling(spec, {}, {}).calculated == {"s": "tetap"}


def test_the_first_rule_that_holds_gives_the_level(asking: Asking, filling: Filling):
    """Level and card come from one rule, notes stand beside; without a rule that holds there is no level."""
    head = (
        "outcome: {show: never, cards: {k: {title: T, body: B}, j: {title: T, body: B}}, "
        "rules: [{level: urgent, when: '${n} > 5', card: k}, {level: watch, when: '${n} > 2', card: j}], "
        "notes: {m: {title: T, body: B, when: '${n} = 6'}}}\n"
    )
    spec = asking(
        "{name: n, type: integer, label: N}",
        "{name: t, type: text, label: T, relevant: \"${level} = 'urgent'\"}",
        head=head,
    )
    results = [filling(spec, {"n": str(number), "t": "x"}) for number in (6, 3, 1)]
    assert [(one.level, one.card.name if one.card else "", len(one.notes), "t" in one.answers) for one in results] == [
        ("urgent", "k", 1, True),
        ("watch", "j", 0, False),
        ("", "", 0, False),
    ]


def test_parts_are_set_apart(library: Library, filling: Filling):
    """The mood stands without the family's code; an incident carries the code; the main record has neither."""
    spec = library.by_id("odfc_attendance")
    filled = filling(spec, dict(spec.sample))
    assert filled.part_answers("mood") == {"mood_before": "3", "mood_after": "5"}
    assert filled.part_answers("incident") == {"incident": "tidak", "reg_code": "4172903855"}
    assert not {"mood_before", "mood_after", "incident"} & set(filled.part_answers(""))
    assert filled.part_answers("")["reg_code"] == "4172903855"


def test_a_part_without_answers_is_nothing(library: Library, filling: Filling):
    """No need for help, no record: not even the name that it would copy."""
    spec = library.by_id("event_registration")
    assert filling(spec, {**dict(spec.sample), "access": []}).part_answers("access") == {}


def test_a_repeat_has_as_many_entries_as_counted(asking: Asking, filling: Filling):
    """`repeat_count` decides, not what was sent; empty entries are complained about field by field."""
    spec = asking(
        "{name: n, type: integer, label: N}", CHILDREN % ("repeat_count: '${n}', parameters: max=3, ", f"{NICK}, {AGE}")
    )
    children = [{"nick": "Rini", "age": "7"}, {"nick": "Made"}, {"nick": "Tiga"}]
    filled = filling(spec, {"n": "2", "r": children})
    assert filled.answers["r"] == [{"nick": "Rini", "age": 7}, {"nick": "Made"}]
    assert codes(filling(spec, {"n": "2", "r": [{"age": "x"}]})) == [
        ("r-0-age", "integer"),
        ("r-0-nick", "required"),
        ("r-1-nick", "required"),
    ]
    assert [filling(spec, {"n": str(n)}).counts["r"] for n in (-1, 0, 3, 10**14)] == [0, 0, 3, 3]
    assert "r" not in filling(spec, {"n": "0", "r": children}).answers


def test_a_repeat_without_a_count_keeps_what_was_entered(asking: Asking, filling: Filling, posted: Callable[..., Any]):
    """Blank entries are none, gaps lose nothing, and one too many is said, never dropped in silence."""
    spec = asking(CHILDREN % ("parameters: max=3, ", f"{NICK}, {AGE}"))
    assert codes(filling(spec, {"r": [{"nick": "", "age": " "}]})) == []
    gap = filling(spec, {"r-0-nick": "Rini", "r-2-nick": "Made", "r-1-nick": ""})
    assert (gap.answers["r"], gap.counts["r"], codes(gap)) == ([{"nick": "Rini"}, {"nick": "Made"}], 3, [])
    assert codes(filling(spec, {"r-2-age": "7"})) == [("r-2-nick", "required")]
    assert codes(filling(spec, {"r": [{"nick": str(n)} for n in range(4)]})) == [("r", "too-many")]
    assert filling(spec, {"r-0-nick": "", "r-1-nick": ""}).counts["r"] == 2


def test_the_questions_of_an_entry_see_each_other_and_the_form(asking: Asking, filling: Filling):
    """Relevance sees earlier questions of the entry; `required` and constraints see all, outside the repeat too."""
    rows = (
        "{name: k, type: text, label: K, required: \"${l} = 'ya' and ${m} = 'ya'\"}, "
        "{name: l, type: select_one yn, label: L}, {name: t, type: text, label: T, relevant: \"${l} = 'ya'\"}"
    )
    spec = asking(CHILDREN % ("", rows), "{name: m, type: select_one yn, label: M}")
    assert codes(filling(spec, {"m": "ya", "r": [{"l": "ya"}, {"l": "tidak"}]})) == [("r-0-k", "required")]
    assert codes(filling(spec, {"m": "tidak", "r": [{"l": "ya"}]})) == []
    filled = filling(spec, {"r": [{"l": "ya", "t": "x"}, {"l": "tidak", "t": "x"}]})
    assert filled.answers["r"] == [{"l": "ya", "t": "x"}, {"l": "tidak"}]


def test_calculations_see_a_repeat_as_lists(asking: Asking, filling: Filling):
    """count() and sum() over entries work on what was kept."""
    spec = asking(
        CHILDREN % ("", f"{NICK}, {AGE}"), "{name: c, type: calculate, calculation: 'count(${r}) * 100 + sum(${age})'}"
    )
    assert filling(spec, {"r": [{"nick": "A", "age": "7"}, {"nick": "B", "age": "5"}]}).calculated == {"c": 212}


def test_a_question_sent_twice_has_its_last_answer(asking: Asking, filling: Filling):
    """One truth for a hostile page too: what is kept is what is shown again."""
    spec = asking("{name: a, type: select_one yn, label: A}")
    assert filling(spec, {"a": ["ya", "tidak"]}).answers == {"a": "tidak"}


def test_a_read_only_answer_is_its_default_whatever_is_sent(asking: Asking, filling: Filling):
    """Nobody changes what the form has filled in itself."""
    spec = asking("{name: a, type: integer, label: A, default: '7', read_only: true}")
    assert filling(spec, {"a": "99"}).answers == {"a": 7}
    assert filling(spec, {}).answers == {"a": 7}


MEMBERS = "{name: a, type: text, label: A, required: 'true()'}, %s"
INNER = "{name: h, type: group, relevant: \"${a} = 'x'\", questions: [{name: b, type: text, label: B}]}"
GROUP = "{name: g, type: group, label: G, relevant: \"${m} = 'ya'\", questions: [" + MEMBERS % INNER + "]}"


def test_a_group_asks_its_members_or_none_of_them(asking: Asking, filling: Filling):
    """What a group's condition shuts out does not exist, and so on through groups within groups."""
    spec = asking("{name: m, type: select_one yn, label: M}", GROUP)
    assert [(one.name, one.groups) for one in spec.questions()][1:] == [
        ("g", ()),
        ("a", ("g",)),
        ("h", ("g",)),
        ("b", ("g", "h")),
    ]
    assert filling(spec, {"m": "tidak", "a": "x", "b": "y"}).answers == {"m": "tidak"}
    assert filling(spec, {"m": "ya", "a": "z", "b": "y"}).answers == {"m": "ya", "a": "z"}
    assert filling(spec, {"m": "ya", "a": "x", "b": "y"}).answers == {"m": "ya", "a": "x", "b": "y"}
    assert codes(filling(spec, {"m": "ya"})) == [("a", "required")]


def test_a_warning_is_told_and_keeps_nothing(asking: Asking, filling: Filling):
    """A warning that holds stands among the warnings, with the form's own words; the answer is kept all the same."""
    spec = asking("{name: n, type: integer, label: N, warn: . > 100, warn_message: Banyak sekali.}")
    filled = filling(spec, {"n": "101"})
    assert (filled.answers, filled.problems) == ({"n": 101}, [])
    assert [(one.field, one.problem.code, one.own.source) for one in filled.warnings] == [
        ("n", "warning", "Banyak sekali.")
    ]
    assert filling(spec, {"n": "100"}).warnings == []
    assert filling(spec, {}).warnings == []


CASCADE = """\
  kec: [{name: utara, label: Utara}, {name: timur, label: Timur}]
  kel: [{name: a, label: A, kec: utara}, {name: b, label: B, kec: timur}, {name: c, label: C, kec: timur}]
"""


def test_a_filter_takes_only_the_choices_that_pass(asking: Asking, filling: Filling):
    """A choice that an earlier answer rules out is refused, one by one where many may be picked."""
    spec = asking(
        "{name: kel, type: select_one kel, label: Kel, choice_filter: 'kec = ${kec}'}",
        "{name: kec, type: select_one kec, label: Kec}",
        "{name: many, type: select_multiple kel, label: Many, choice_filter: \"kec = ${kec} or name = 'a'\"}",
        head=CASCADE,
    )
    assert filling(spec, {"kec": "utara", "kel": "a"}).answers == {"kec": "utara", "kel": "a"}
    assert codes(filling(spec, {"kec": "utara", "kel": "b"})) == [("kel", "filter")]
    assert codes(filling(spec, {"kel": "b"})) == [("kel", "filter")]
    assert filling(spec, {"kec": "timur", "many": ["a", "b"]}).answers["many"] == ["a", "b"]
    assert codes(filling(spec, {"kec": "utara", "many": ["a", "b"]})) == [("many", "filter")]


def test_a_calculation_of_an_entry_is_kept_beside_its_answers(asking: Asking, filling: Filling):
    """Entries calculate with their own answers; the form sees the results; what was entered stays apart."""
    spec = asking(
        "{name: r, type: repeat, label: R, questions: [{name: n, type: integer, label: N}, "
        "{name: twice, type: calculate, calculation: '${n} * 2'}, "
        "{name: high, type: text, label: H, relevant: '${twice} > 4'}]}",
        "{name: total, type: calculate, calculation: 'sum(${twice})'}",
    )
    filled = filling(spec, {"r": [{"n": "1", "high": "x"}, {"n": "3", "high": "y"}]})
    assert filled.answers == {"r": [{"n": 1}, {"n": 3, "high": "y"}]}
    assert filled.calculated == {"r": [{"twice": 2}, {"twice": 6}], "total": 8}


def test_what_is_known_of_a_filling_is_calculated_not_entered(asking: Asking):
    """Day, moment and language come from the site, the beginning from the page; none of them is an answer."""
    spec = asking(
        "{name: began, type: start}",
        "{name: ended, type: end}",
        "{name: filled_on, type: today}",
        "{name: tongue, type: language}",
    )
    when = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    posted = StoredAnswers({"_start": ["2026-11-22T08:21"], "began": ["x"], "tongue": ["fr"]})
    filled = fill(spec, posted, {}, DAY, when=when, language="en")
    assert filled.answers == {}
    assert filled.calculated == {
        "began": "2026-11-22T08:21",
        "ended": "2026-11-22T08:30",
        "filled_on": "2026-11-22",
        "tongue": "en",
    }
    assert "began" not in fill(spec, StoredAnswers({"_start": ["kemarin"]}), {}, DAY).calculated


def test_labels_come_in_the_language_of_the_filling(asking: Asking):
    """A calculation may keep what the person read, in the language in which it was read."""
    spec = asking(
        "{name: m, type: select_one both, label: M}",
        "{name: read, type: calculate, calculation: \"jr:choice-name(${m}, '${m}')\"}",
        head="  both: [{name: a, label: {id: Satu, en: One}}]\n",
    )
    found = [fill(spec, StoredAnswers({"m": ["a"]}), {}, DAY, language=one).calculated for one in ("id", "en", "jv")]
    assert found == [{"read": "Satu"}, {"read": "One"}, {"read": "Satu"}]


def test_chance_follows_from_the_page(asking: Asking):
    """The same page draws the same, at the site and again at the office; another page draws otherwise."""
    spec = asking(
        "{name: draw, type: calculate, calculation: 'once(random())'}",
        "{name: mark, type: calculate, calculation: 'uuid()'}",
        "{name: r, type: repeat, label: R, questions: [{name: n, type: text, label: N}, "
        "{name: lot, type: calculate, calculation: 'random()'}]}",
    )
    posted = StoredAnswers({"r-0-n": ["x"], "r-1-n": ["y"]})
    one, again, other = (fill(spec, posted, {}, DAY, seed=seed).calculated for seed in ("p", "p", "q"))
    assert one == again
    assert one["draw"] != other["draw"]
    assert one["mark"] != other["mark"]
    assert one["r"][0] != one["r"][1]
    assert spec.at_site == {"mark"}
