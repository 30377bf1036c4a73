"""The reader: every mistake is named once, at its line and column, with a remedy; many are named at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from forms_app.specs.library import texts
from forms_app.specs.lists import MAX_ROWS
from forms_app.specs.model import FormSpec
from forms_app.specs.problems import SpecErrors
from forms_app.specs.reader import read_spec

Mistakes = Callable[..., list[tuple[int, int, str]]]
Asking = Callable[..., FormSpec]
A = "{name: a, type: select_one yn, label: A}"
OUTCOME = "pages:"
CARD = "cards: {k: {title: T, body: B}}"
RULES = "rules: [{level: low, when: 'true()', card: k}]"
TERM = "retention: {site: 1d, office: 1d}"
GROUP = "{name: g, type: group, label: G, questions: [%s]}"
Y = "{name: y, type: note, label: '%s'}"
REPEAT = "{name: r, type: repeat, label: R, questions: [%s]}"

# (code, what is replaced, by what): ¶ stands where the mistake must be reported.
MISTAKES = [
    ("shape.mapping", A, "¶text"),
    ("shape.mapping", "pages:", "sample: ¶[a]\npages:"),
    ("shape.mapping", "pages:", "parts: ¶[a]\npages:"),
    ("shape.mapping", "  yn: [{name: ya, label: Ya, score: 1}, {name", "  yn: [¶text, {name"),
    ("shape.list", "pages:", "vectors: ¶{a: b}\npages:"),
    ("key.unknown", "title: Kecil", "title: Kecil\n¶tittle: Kecil"),
    ("key.unknown", "label: A}", "label: A, ¶requierd: 'true()'}"),
    ("key.unknown", "office: 1y", "office: 1y, ¶offfice: 1y"),
    ("text.source", "title: Kecil", "title: ¶{en: Small}"),
    ("text.reference", "title: Kecil", "title: ¶'Halo ${a}'"),
    ("text.reference", "label: Satu", "label: ¶'Halo ${event_title}'"),
    ("text.reference", "label: Ya,", "label: ¶'Ya ${a}',"),
    ("text.reference", "pages:", "closing: ¶'Halo ${a}'\npages:"),
    ("text.unknown", A, A + "\n      - {name: b, type: text, label: 'Halo ¶${aa}'}"),
    ("text.unknown", A, A + "\n      - {name: b, type: text, label: {id: 'Halo ${a}', en: 'Hi ¶${x}'}}"),
    ("text.unknown", A, A + "\n      - {name: b, type: text, label: B, hint: '¶${g/a}'}"),
    ("text.unknown", A, A + "\n      - {name: b, type: text, label: 'Halo ¶${a b'}"),
    ("text.unknown", A, A + "\n      - {name: b, type: text, label: 'Halo ¶${level}'}"),
    ("text.answer", A, "{name: n, type: note, label: N}\n      - {name: b, type: text, label: 'Halo ¶${n}'}"),
    ("text.later", "label: A}", "label: 'Halo ¶${a}'}"),
    ("text.later", A, "{name: b, type: text, label: '¶${a}'}\n      - " + A),
    ("text.repeat", A, REPEAT % A + "\n      - {name: b, type: note, label: '¶${a}'}"),
    (
        "text.repeat",
        A,
        REPEAT % A + "\n      - {name: s, type: repeat, label: S, questions: [{name: b, type: text, label: '¶${a}'}]}",
    ),
    (
        "text.secret",
        A,
        "{name: a, type: text, label: A, sensitivity: secret}\n      - {name: b, type: note, label: '¶${a}'}",
    ),
    ("form.missing", "title: Kecil\n", ""),
    ("form.missing", "title: Kecil", 'title: ¶""'),
    ("form.form_id", "form_id: small", "form_id: ¶Small"),
    ("form.slug", 'slug: "1"', 'slug: ¶"Rahasia Sekali"'),
    ("form.version", 'version: "1"', 'version: ¶"versi yang panjang sekali"'),
    ("form.quotes", 'version: "1"', "version: ¶1.10"),
    ("form.quotes", 'slug: "1"', "slug: ¶1"),
    ("form.sensitivity", "sensitivity: personal", "sensitivity: ¶privat"),
    ("form.seal_at", "seal_at: arrival", "seal_at: ¶later"),
    ("form.legal_basis", "legal_basis: consent", "legal_basis: ¶none"),
    ("form.readers", "readers: [office]", "readers: ¶[event, office]"),
    ("form.readers", "readers: [office]", "readers: ¶[office, school]"),
    ("form.readers", "readers: [office]", "readers: ¶[office, office]"),
    ("form.languages", "languages: [id]", "languages: ¶[id, fr]"),
    ("form.languages", "languages: [id]", "languages: ¶[en]"),
    ("held.until", "pages:", "held: {until: ¶x, when: \"${a} = 'ya'\", title: T, body: B}\npages:"),
    ("held.when", "pages:", "held: {until: child_reports, when: ¶'true()', title: T, body: B}\npages:"),
    ("held.when", "pages:", "held: {until: child_reports, when: ¶\"${event_title} = 'x'\", title: T, body: B}\npages:"),
    ("held.when", "pages:", "held: ¶{until: child_reports, title: T, body: B}\npages:"),
    ("form.event", "pages:", "event: ¶[event_topik]\npages:"),
    ("form.retention", "site: 30d", "site: ¶30"),
    ("form.retention", "site: 30d", "site: ¶³d"),
    ("form.retention", "site: 30d", "site: ¶0d"),
    ("form.retention", "{site: 30d, office: 1y}", "¶{site: 30d}"),
    ("page.duplicate", "pages:", "pages:\n  - {name: satu, label: B, questions: [{name: b, type: note, label: B}]}"),
    ("page.name", "name: satu", "name: ¶Satu Dua"),
    ("page.empty", "    questions:\n      - " + A, "    questions: ¶[]"),
    ("page.empty", "    questions:\n      - " + A, "    questions: ¶{a: b}"),
    ("question.name", "name: a,", "name: ¶A-1,"),
    ("question.name", "{name: a, type", "¶{type"),
    ("question.type", A, "¶{name: a, label: A}"),
    ("question.label", A, "¶{name: a, type: select_one yn}"),
    ("question.label", "label: A}", 'label: ¶""}'),
    ("question.duplicate", A, A + "\n      - {name: ¶a, type: text, label: B}"),
    ("question.duplicate", "name: a,", "name: ¶level,"),
    ("question.duplicate", "name: a,", "name: ¶event_topic,"),
    ("question.children", A, "{name: a, type: text, label: A, questions: ¶[]}"),
    ("question.children", A, "¶{name: r, type: repeat, label: R}"),
    ("type.unknown", "type: select_one yn", "type: ¶select_on yn"),
    ("type.list", "type: select_one yn", "type: ¶select_one"),
    ("type.list", "type: select_one yn", "type: ¶text yn"),
    ("column.unused", "label: A}", "label: A, calculation: ¶1 + 1}"),
    ("column.unused", "label: A}", "label: A, repeat_count: ¶2}"),
    ("column.unused", A, "{name: a, type: acknowledge, label: A, default: ¶'true'}"),
    ("calculation.missing", A, "¶{name: a, type: calculate}"),
    ("truth", A, "{name: a, type: text, label: A, read_only: ¶yes}"),
    ("shape.text", "label: A}", "label: A, relevant: ¶[x]}"),
    ("shape.text", "label: A}", "label: A, alert: ¶{x: y}}"),
    ("shape.text", "label: A}", "label: A, default: ¶[ya]}"),
    ("shape.text", "audience: guru", "audience: ¶[guru]"),
    ("shape.words", "label: A}", "label: A, appearance: ¶{likert: x}}"),
    ("shape.words", "label: A}", "label: A, parameters: ¶{max: x}}"),
    ("parameter.double", A, "{name: a, type: text, label: A, parameters: ¶max=1 max=2}"),
    ("column.unused", A, "{name: a, type: text, label: A, choice_filter: ¶'true()'}"),
    ("column.unused", A, "{name: a, type: note, label: A, required: ¶'true()'}"),
    ("warn.missing", "label: A}", "label: A, warn_message: ¶Periksa lagi.}"),
    ("type.refused", "type: select_one yn", "type: ¶image"),
    ("type.refused", "type: select_one yn", "type: ¶deviceid"),
    ("question.children", A, "¶{name: g, type: group, label: G}"),
    ("parameter.range", A, "{name: a, type: range, label: A, parameters: ¶start=5 end=1}"),
    ("parameter.range", A, "{name: a, type: range, label: A, parameters: ¶step=0}"),
    ("parameter.range", A, "{name: a, type: range, label: A, parameters: ¶start=0 end=10 step=3}"),
    ("choice.column", "score: 1}", "score: 1, ¶Kota: metro}"),
    ("key.unknown", "score: 1}", "score: 1, ¶scor: 2}"),
    ("column.unused", "label: A}", "label: A, read_only: ¶true}"),
    ("appearance.unknown", "label: A}", "label: A, appearance: ¶likret}"),
    ("sensitivity", "label: A}", "label: A, sensitivity: ¶privat}"),
    ("parameter.unknown", "label: A}", "label: A, parameters: ¶max=3}"),
    ("parameter.value", A, "{name: a, type: text, label: A, parameters: ¶max=abc}"),
    ("parameter.value", A, "{name: a, type: text, label: A, parameters: ¶max=0}"),
    ("parameter.value", A, "{name: a, type: text, label: A, parameters: ¶max}"),
    ("parameter.value", A, "{name: a, type: text, label: A, parameters: ¶format=fone}"),
    ("parameter.value", A, "{name: a, type: date, label: A, parameters: ¶min=2026-02-30}"),
    ("parameter.value", A, "{name: a, type: integer, label: A, parameters: ¶min=satu}"),
    ("parameter.range", A, "{name: a, type: integer, label: A, parameters: ¶min=3 max=2}"),
    ("parameter.range", A, "{name: a, type: date, label: A, parameters: ¶min=2026-01-02 max=2026-01-01}"),
    ("repeat.type", A, REPEAT % ("{name: s, type: ¶repeat, label: S, questions: [" + A + "]}")),
    ("repeat.type", A, REPEAT % "{name: s, type: ¶start}"),
    ("repeat.part", A, REPEAT % "{name: s, type: text, label: S, part: ¶p}"),
    (
        "repeat.order",
        A,
        REPEAT % "{name: s, type: text, label: S, relevant: ¶\"${t} = 'x'\"}, {name: t, type: text, label: T}",
    ),
    ("default.wrong", "label: A}", "label: A, default: ¶mungkin}"),
    ("default.wrong", A, "{name: a, type: integer, label: A, default: ¶dua}"),
    ("default.wrong", A, "{name: a, type: text, label: A, default: ¶'${event_topic}'}"),
    ("sample.unknown", "pages:", "sample: {a: ya, ¶b: ya}\npages:"),
    ("list.unknown", "type: select_one yn", "type: ¶select_one ny"),
    ("list.unknown", "type: select_one yn", "type: ¶select_one_from_file ../../etc/passwd"),
    ("list.empty", "choices:", "choices:\n  kosong: ¶[]"),
    ("choice.name", "{name: ya, label: Ya, score: 1}", "¶{name: ya dong, label: Ya}"),
    ("choice.name", "{name: ya, label: Ya, score: 1}", "¶{name: 'y\"a', label: Ya}"),
    ("choice.name", "{name: ya, label: Ya, score: 1}", "¶{label: Ya}"),
    ("choice.label", "{name: ya, label: Ya, score: 1}", "¶{name: ya}"),
    ("choice.score", "score: 1}", "score: ¶satu}"),
    ("choice.score", "score: 1}", "score: ¶nan}"),
    ("choice.duplicate", "[{name: ya, label: Ya, score: 1}", "¶[{name: tidak, label: Ya}"),
    ("include.unknown", A, "{include: ¶staff}"),
    ("part.unknown", "label: A}", "label: A, part: ¶mood}"),
    ("part.name", "pages:", f"parts: {{Mood Kita: ¶{{readers: [office], {TERM}}}}}\npages:"),
    ("part.readers", "pages:", f"parts: {{mood: ¶{{{TERM}}}}}\npages:"),
    ("form.readers", "pages:", f"parts: {{m: {{readers: ¶[office, x], {TERM}}}}}\npages:"),
    ("part.copies", "pages:", f"parts: {{m: {{readers: [office], {TERM}, copies: ¶[b]}}}}\npages:"),
    ("outcome.show", OUTCOME, f"outcome: {{show: ¶all, {CARD}, {RULES}}}\npages:"),
    ("outcome.rules", OUTCOME, f"outcome: ¶{{show: never, {CARD}}}\npages:"),
    ("outcome.level", OUTCOME, f"outcome: {{show: never, {CARD}, {RULES.replace('low', '¶high')}}}\npages:"),
    ("outcome.card", OUTCOME, f"outcome: {{show: never, {CARD}, {RULES.replace('card: k', 'card: ¶j')}}}\npages:"),
    ("outcome.when", OUTCOME, f"outcome: {{show: never, {CARD}, rules: [¶{{level: low, when: '', card: k}}]}}\npages:"),
    ("shape.text", OUTCOME, f"outcome: {{show: never, {CARD}, rules: [{{level: low, when: ¶[x], card: k}}]}}\npages:"),
    ("shape.mapping", OUTCOME, f"outcome: {{show: never, {CARD}, notes: ¶[x], {RULES}}}\npages:"),
    ("shape.words", OUTCOME, f"outcome: {{show: never, {CARD.replace('B', 'B, numbers: ¶{a: b}')}, {RULES}}}\npages:"),
    ("card.text", OUTCOME, f"outcome: {{show: never, cards: {{k: ¶{{title: T, body: ''}}}}, {RULES}}}\npages:"),
    ("outcome.when", OUTCOME, f"outcome: {{show: never, {CARD}, rules: [¶{{level: low, card: k}}]}}\npages:"),
    ("card.text", OUTCOME, f"outcome: {{show: never, cards: {{k: ¶{{title: T}}}}, {RULES}}}\npages:"),
    ("card.number", OUTCOME, f"outcome: {{show: never, {CARD.replace('B', 'B, numbers: ¶[pekos]')}, {RULES}}}\npages:"),
    ("truth", OUTCOME, f"outcome: {{show: never, {CARD.replace('B', 'B, urgent: ¶yes')}, {RULES}}}\npages:"),
    ("expression", "label: A}", "label: A, required: ¶maybe()}"),
    ("expression", "label: A}", "label: A, constraint: \"${a} = ¶'mungkin'\"}"),
    ("expression", "label: A}", "label: A, relevant: \"'x' = ¶${b}\"}"),
    ("expression.site", "label: A}", "label: A, relevant: ¶\"uuid() != ''\"}"),
    (
        "expression.site",
        A,
        (
            "{name: c, type: calculate, calculation: \"digest('x', 'SHA-256')\"}\n"
            "      - {name: a, type: text, label: A, required: ¶\"${c} != ''\"}"
        ),
    ),
    (
        "order.cycle",
        A,
        (
            "¶{name: a, type: text, label: A, relevant: \"${b} = 'x'\"}\n"
            "      - {name: b, type: text, label: B, relevant: \"${a} = 'x'\"}"
        ),
    ),
]
# Codes of the gate are provoked in its own tests.
GATE = ("gate.py", "notes.py", "reach.py", "readability.py", "readiness.py", "translated.py")
ELSEWHERE = {
    "calculation.cycle": "test_scope",
    "csv.broken": "test_lists",
    "csv.columns": "test_lists",
    "csv.fields": "test_lists",
    "csv.long": "test_lists",
    "list.long": "test_lists",
    "list.appearance": "test_lists",
    "file.closed": "test_positions",
    "file.encoding": "test_positions",
    "file.large": "test_positions",
    "form.large": "here",
    "form.rows": "test_nodes",
    "form.twin": "test_library",
    "include.cycle": "test_rows",
    "list.twin": "test_lists",
}


@pytest.mark.parametrize(("code", "old", "new"), MISTAKES, ids=lambda value: value[:40])
def test_a_mistake_is_reported_once_at_its_place(code: str, old: str, new: str, small: str, mistakes: Mistakes):
    """Each mistake gives exactly one problem, at the line and column where it is mended."""
    assert small.count(old) == 1
    marked = small.replace(old, new)
    if code == "page.duplicate":
        marked = marked.replace("  - name: satu", "  - name: ¶satu")
    before, _, _ = marked.partition("¶")
    line, column = (before.count("\n") + 1, len(before) - before.rfind("\n")) if "¶" in marked else (1, 1)
    assert mistakes(marked.replace("¶", "")) == [(line, column, code)]


def test_every_code_is_provoked():
    """No code of the reader is without a mistake that provokes it."""
    rooms = Path(read_spec.__code__.co_filename).parent
    source = "".join(file.read_text(encoding="utf-8") for file in rooms.glob("*.py") if file.name not in GATE)
    codes = set(re.findall(r'"([a-z_]+\.[a-z_0-9]+)"', source)) | {"truth", "sensitivity", "expression"}
    codes = {one for one in codes if not one.endswith((".yaml", ".csv"))} - {"forms_app.specs"}
    formed = {
        f"form.{key}"
        for key in ("form_id", "slug", "version", "sensitivity", "seal_at", "legal_basis", "readers", "languages")
    }
    provoked = {code for code, _old, _new in MISTAKES} | set(ELSEWHERE)
    assert {one for one in (codes | formed) - provoked if not one.startswith("yaml.")} == set()


def test_many_mistakes_are_reported_at_once(small: str, mistakes: Mistakes):
    """An author sees all mistakes of a file together, in the order of its lines."""
    text = small.replace('slug: "1"', "slug: 1").replace("seal_at: arrival", "seal_at: soon")
    text = text.replace("label: A}", "label: A, hnt: B, required: nothing()}").replace("1y}", "1 year}")
    found = mistakes(text)
    assert [code for _line, _column, code in found] == [
        "form.quotes",
        "form.seal_at",
        "form.retention",
        "key.unknown",
        "expression",
    ]
    assert found == sorted(found)


@pytest.mark.parametrize(("wrong", "near"), [("requierd", "required"), ("constrain", "constraint"), ("zzz", "label")])
def test_an_unknown_key_names_the_nearest(wrong: str, near: str, small: str):
    """The message proposes the key that was probably meant, or all there are."""
    with pytest.raises(SpecErrors) as caught:
        read_spec(small.replace("label: A}", f"label: A, {wrong}: x}}"), "small.yaml")
    assert near in caught.value.text()
    assert "small.yaml:19:50: key.unknown" in caught.value.text()


@pytest.mark.parametrize(
    "text", ["[]", "text", "{}", "pages: 3", "choices: 3", "outcome: 3", "retention: 3", "sample: 3", "vectors: x"]
)
def test_nonsense_is_refused_and_never_crashes(text: str, mistakes: Mistakes):
    """A file of any other shape is a list of problems."""
    assert mistakes(text)


def test_a_form_too_large_to_be_read_back_is_refused(small: str, mistakes: Mistakes, tmp_path: Path):
    """What resolves to more than the reader takes is refused: the office could never read its records."""
    (tmp_path / "choices").mkdir()
    rows = "".join(f"n{number},{'x' * 200}\n" for number in range(MAX_ROWS))
    (tmp_path / "choices" / "desa.csv").write_text("name,label\n" + rows, encoding="utf-8")
    text = small.replace("type: select_one yn", "type: select_one_from_file desa.csv")
    assert mistakes(text, tmp_path) == [(1, 1, "form.large")]


def test_the_head_is_read(asking: Asking):
    """Retention is counted in days, and words are tuples."""
    spec = asking(A, head="closing: Selesai\n")
    assert (spec.retention.site, spec.retention.office) == (30, 365)
    assert (spec.readers, spec.languages, spec.closing.source) == (("office",), ("id",), "Selesai")
    assert (spec.question("a").line, spec.question("a").sensitivity) == (20, "personal")


def test_parts_are_read(asking: Asking):
    """A part has readers, retention and copies of its own."""
    head = "parts: {p: {readers: [office, event], retention: {site: 2w, office: 6m}, copies: [a]}}\n"
    part = asking(A, "{name: b, type: text, label: B, part: p}", head=head).part("p")
    assert (part.readers, part.retention.site, part.retention.office, part.copies) == (
        ("office", "event"),
        14,
        180,
        ("a",),
    )


def test_read_only_false_is_not_true(asking: Asking):
    """`read_only: false` leaves a question open to answers."""
    spec = asking(
        "{name: a, type: text, label: A, read_only: false}",
        "{name: b, type: text, label: B, default: x, read_only: true}",
    )
    assert [one.read_only for one in spec.questions()] == [False, True]


def test_a_hidden_default_may_come_from_the_event(asking: Asking):
    """XLSForm's dynamic default of a hidden question is read as its calculation."""
    spec = asking("{name: t, type: hidden, default: '${ event_topic }'}")
    assert spec.question("t").calculation is not None
    assert spec.question("t").default == ""
    assert spec.event_names == ("event_topic",)


def test_a_page_without_a_name_is_counted(small: str):
    """Pages without names are named by their place."""
    spec = read_spec(small.replace("  - name: satu\n    label", "  - label"), "small.yaml")
    assert [page.name for page in spec.pages] == ["1"]


@pytest.mark.parametrize("text", ["${a}", "${event_title}"])
def test_a_secret_form_repeats_nothing(small: str, mistakes: Mistakes, text: str):
    """An answer about a child is never shown again, whatever else is in order."""
    secret = small.replace("sensitivity: personal", "sensitivity: secret").replace("seal_at: arrival", "seal_at: phone")
    assert read_spec(secret, "small.yaml").secret
    last = f"      - {{name: b, type: note, label: '{text}'}}\n"
    place = (secret.count("\n") + 1, last.index("$") + 1, "text.secret")
    assert mistakes(secret + last) == [place]


@pytest.mark.parametrize(
    "rows",
    [
        ("{name: b, type: text, label: '${later}'}", "{name: later, type: calculate, calculation: 1 + 1}"),
        (GROUP % ("{name: x, type: text, label: X}, " + Y % "${g/x}"),),
        (REPEAT % ("{name: x, type: text, label: X}, " + Y % "${r/x}"),),
        ("{name: x, type: text, label: X}", REPEAT.replace("R", "'${x}'") % (Y % "${x}")),
    ],
)
def test_texts_repeat_what_is_known_by_then(asking: Asking, rows: tuple[str, ...]):
    """Calculations anywhere, questions before, siblings of the same entry, and paths of the groups around."""
    assert asking(*rows)


def test_a_form_may_hold_somebody_back(asking: Asking):
    """`held` is a card that bears the name of the setting it waits for; it is part of the form and of its texts."""
    head = "held: {until: child_reports, when: \"${a} = 'ya'\", title: T, body: B, numbers: [sapa]}\n"
    spec = asking(A, head=head)
    assert spec.held
    assert (spec.held.name, spec.held.numbers) == ("child_reports", ("sapa",))
    assert {"T", "B"} <= {one.source for one in texts(spec)}
    assert read_spec(spec.source, "again").held == spec.held
