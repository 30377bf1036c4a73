"""ODK's expressions in our words: converted where the meaning is certain, unchanged where they are ours already."""

from __future__ import annotations

import pytest

from tests.specs.xlsform.conftest import Import, Refused

SURVEY = (
    ("type", "name", "label", "relevant", "calculation", "constraint"),
    ("select_one digits", "Pick", "Pick"),
    ("select_multiple yn", "many", "Many"),
    ("integer", "Age", "Age"),
    ("text", "free", "Free"),
    ("date", "day", "Day"),
    ("acknowledge", "ok", "Ok"),
    ("calculate", "sum", "", "", "${Age} + 1"),
)
CHOICES = (
    ("list_name", "name", "label"),
    ("digits", "1", "Satu"),
    ("digits", "2", "Dua"),
    ("digits", "dua kata", "Dua kata"),
    ("yn", "ya", "Ya"),
    ("yn", "tidak", "Tidak"),
)
RELEVANT = {
    "${Pick} = 1": "${pick} = '1'",
    "${Pick}=2 or 1 = ${Pick}": "${pick}='2' or '1' = ${pick}",
    "${Pick} > 1": "number(${pick}) > 1",
    "${Pick} = 'dua kata'": "${pick} = 'dua_kata'",
    "selected(${Pick}, 1)": "selected(${pick}, '1')",
    "selected( ${many} , 'ya' )": "selected( ${many} , 'ya' )",
    "${many} = 'ya'": "string(${many}) = 'ya'",
    "${Age} = '3'": "${age} = 3",
    "${Age} >= '3' and not(${Age})": "${age} >= 3 and not(boolean(${age}))",
    "${Age}": "boolean(${age})",
    "${free}": "(${free} != '')",
    "${many}": "(count-selected(${many}) > 0)",
    "${free} < 5": "number(${free}) < 5",
    "${free} = 5": "number(${free}) = 5",
    "${free} > ${Pick}": "number(${free}) > number(${pick})",
    "${ok} = 'OK'": "${ok} = true()",
    "${day} <= today()": "${day} <= today()",
    "${day} > '2026-01-01'": "${day} > '2026-01-01'",
    "string-length(${Age}) > 1": "string-length(string(${age})) > 1",
    "regex(${Age}, '^\\d{2}$')": "regex(string(${age}), '^[0-9]{2}$')",
    "regex(${free}, '[\\w-]+\\s?')": "regex(${free}, '[A-Za-z0-9_\\-]+[ \t]?')",
    "if(${Age} > 3, 1, 'x') = 'x'": "if(${age} > 3, string(1), 'x') = 'x'",
    "${sum} > 3": "${sum} > 3",
    "${free} = ‘ya’": "${free} = 'ya'",
    "../free = 'ya'": "${free} = 'ya'",
    "/data/grup/free = 'ya'": "${free} = 'ya'",
    "jr:choice-name(${Pick}, '${Pick}') = 'Satu'": "jr:choice-name(${pick}, '${pick}') = 'Satu'",
    "instance('digits')/root/item[name = ${Pick}]/label = 'Satu'": "jr:choice-name(${pick}, '${pick}') = 'Satu'",
    "count-selected(${many}) > 1 and ${free} != ''": "count-selected(${many}) > 1 and ${free} != ''",
    "FALSE": "false()",
    "yes": "true()",
}


@pytest.mark.parametrize(("odk", "ours"), RELEVANT.items(), ids=RELEVANT)
def test_relevance_in_our_words(odk: str, ours: str, imported: Import) -> None:
    """Each ODK expression becomes one of ours that means the same."""
    asked = imported([*SURVEY, ("text", "last", "Last", odk)], choices=CHOICES).spec.question("last")
    assert asked.relevant is not None
    assert asked.relevant.text == ours


@pytest.mark.parametrize(
    ("kind", "odk", "ours"),
    [
        ("select_one digits", ". = 1 or . > 1", ". = '1' or number(.) > 1"),
        ("select_multiple yn", "not(selected(., 'ya') and count-selected(.) > 1)", None),
        ("integer", ". >= 0 and .<=120", None),
        ("text", "regex(., '^[0-9]{9}$')", None),
        ("text", ". > 5", "number(.) > 5"),
    ],
)
def test_a_constraint_speaks_of_the_answer(kind: str, odk: str, ours: str | None, imported: Import) -> None:
    """A point is the answer itself, of the kind of its question."""
    row = (kind, "last", "Last", "", "", odk)
    constraint = imported([*SURVEY, row], choices=CHOICES).spec.question("last").constraint
    assert constraint is not None
    assert constraint.text == (ours or odk)


@pytest.mark.parametrize(
    "odk",
    [
        "pulldata('x', 'a', 'b', ${free}) = '1'",
        "${nobody} = 1",
        "${Pick} = 'tiga'",
        "instance('x')/root/item[name = ${free}]/label = 'y'",
        "${last-saved#free} = 'x'",
        "${Age} =! 3",
        "selected-at(${many}, 0) = 'dua kata'",
    ],
)
def test_what_means_nothing_certain_is_refused_at_its_cell(odk: str, refused: Refused) -> None:
    """An expression that cannot be translated is refused at its cell, never guessed."""
    found = refused([*SURVEY, ("text", "last", "Last", odk)], choices=CHOICES)
    assert [one.split(": ")[0] for one in found] == ["survey:9:D"]


def test_a_cascade_keeps_its_columns(imported: Import) -> None:
    """Columns of choices and the names in them change together, so that the filter still finds its choices."""
    survey = (
        ("type", "name", "label", "choice_filter"),
        ("select_one state", "State", "State"),
        ("select_one county", "county", "County", "State=${State} and name != 'x'"),
    )
    choices = (
        ("list_name", "name", "label", "State"),
        ("state", "north east", "North East"),
        ("county", "a", "A", "north east"),
        ("county", "b", "B", "south"),
    )
    spec = imported(survey, choices=choices).spec
    county = spec.question("county")
    assert county.choice_filter is not None
    assert county.choice_filter.text == "state=${state} and name != 'x'"
    assert [one.name for one in spec.choice_list("state")] == ["north_east"]
    assert [dict(one.columns) for one in spec.choice_list("county")] == [{"state": "north_east"}, {"state": "south"}]


def test_names_in_a_repeat_are_single_inside_and_lists_outside(imported: Import) -> None:
    """The same question is converted inside its repeat, and summed up outside."""
    survey = (
        ("type", "name", "label", "relevant", "calculation", "repeat_count"),
        ("integer", "n", "N"),
        ("begin repeat", "Kids", "Kids", "", "", "${n} + 1"),
        ("text", "age", "Age"),
        ("text", "why", "Why", "${age} > 3 and position(..) < 3"),
        ("end repeat",),
        ("calculate", "all", "", "", "count(${Kids})"),
    )
    spec = imported(survey).spec
    assert [one.text for one in spec.question("why").conditions] == ["number(${age}) > 3 and position(..) < 3"]
    repeat, total = spec.question("kids"), spec.question("all")
    assert (repeat.repeat_count and repeat.repeat_count.text) == "${n} + 1"
    assert (total.calculation and total.calculation.text) == "count(${kids})"
