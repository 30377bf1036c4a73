"""What the columns of one row get wrong: each column that a type has no use for is a mistake, never ignored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forms_app.errors import N_
from forms_app.specs.model import LONG_LIST, SENSITIVITIES, Choice, FormSpec
from forms_app.specs.nodes import Problems
from forms_app.specs.rows import COLUMNS, Row, check_texts, names_in, parameters, truth, words
from forms_app.specs.types import TYPES, Group, Metadata, Problem, Repeat
from forms_app.specs.types.parameters import example, is_valid, range_problem

EVERYWHERE = frozenset({
    "name",
    "type",
    "label",
    "hint",
    "guidance_hint",
    "relevant",
    "appearance",
    "parameters",
    "sensitivity",
    "part",
})  # fmt: skip
_MOST_RANKED = 20


def check_columns(row: Row, problems: Problems) -> None:
    """Note what is wrong with the row's own columns."""
    kind = TYPES[row.type]
    label = row.get("label")
    if kind.widget not in ("hidden", "group") and (label is None or not label.value):
        problems.add(label or row.node, "question.label", N_("Pertanyaan {name} belum punya label."), name=row.name)
    if kind.takes_list != bool(row.list_name):
        message = N_("Tulis nama daftar pilihan sesudah {type}.") if kind.takes_list else N_("Tulis {type} saja.")
        problems.add(row.node.mapping["type"], "type.list", message, type=row.type)
    for key in row.node.mapping:
        if key in COLUMNS - {"questions"} and key not in kind.columns | EVERYWHERE:
            message = N_("Kolom {key} tidak dipakai untuk {type}.")
            problems.add(row.node.mapping[key], "column.unused", message, key=key, type=row.type)
    if row.type == "calculate" and not row.get("calculation"):
        problems.add(row.node, "calculation.missing", N_("Tulis calculation untuk {name}."), name=row.name)
    if (warning := row.get("warn_message")) and not row.get("warn"):
        problems.add(warning, "warn.missing", N_("Tulis warn: kapan peringatan ini muncul."))
    if (default := row.get("default")) and not isinstance(default.value, str):
        problems.add(default, "shape.text", N_("Di sini harus ada satu teks."))
    truth(row.get("read_only"), problems)
    _check_words(row, problems)


def check_lists(row: Row, lists: Mapping[str, tuple[Choice, ...]], problems: Problems) -> None:
    """Note a list that is too long for the way in which its question shows it."""
    size, place = len(lists.get(row.list_name, ())), row.node.mapping["type"]
    if row.type == "rank" and size > _MOST_RANKED:
        message = N_("Daftar untuk {type} paling banyak {limit} pilihan.")
        problems.add(place, "list.long", message, type=row.type, limit=_MOST_RANKED)
    elif row.type != "select_one" and size > LONG_LIST:
        message = N_("Daftar untuk {type} paling banyak {limit} pilihan.")
        problems.add(place, "list.long", message, type=row.type, limit=LONG_LIST)
    elif size > LONG_LIST and (set(words(row.get("appearance"))) - {"minimal"}):
        message = N_("Daftar lebih dari {limit} pilihan selalu dicari. Hapus appearance.")
        problems.add(row.get("appearance") or place, "list.appearance", message, limit=LONG_LIST)


def _check_words(row: Row, problems: Problems) -> None:
    """Note appearances and parameters that the type does not have, and a sensitivity that nobody knows."""
    kind, appearance, sensitivity = TYPES[row.type], row.get("appearance"), row.get("sensitivity")
    check_texts(appearance, problems)
    check_texts(row.get("parameters"), problems)
    for word in words(appearance):
        if word not in kind.appearances:
            known = ", ".join(sorted(kind.appearances)) or "-"
            message = N_("Tampilan {word} tidak ada untuk {type}. Yang ada: {known}.")
            problems.add(appearance or row.node, "appearance.unknown", message, word=word, type=row.type, known=known)
    _check_parameters(row, problems)
    if sensitivity and sensitivity.text not in SENSITIVITIES:
        problems.add(sensitivity, "sensitivity", N_("Tulis salah satu: {known}."), known=", ".join(SENSITIVITIES))


def _check_parameters(row: Row, problems: Problems) -> None:
    kinds = TYPES[row.type].parameters
    place = row.get("parameters") or row.node
    seen: set[str] = set()
    for key, value in parameters(row.get("parameters")):
        if key in seen:
            message = N_("Parameter {key} tertulis dua kali.")
            problems.add(place, "parameter.double", message, key=key)
        seen.add(key)
        if key not in kinds:
            message = N_("Parameter {key} tidak ada untuk {type}.")
            problems.add(place, "parameter.unknown", message, key=key, type=row.type)
        elif not is_valid(kinds[key], value):
            message = N_("Isi parameter {key} belum sesuai. Contoh: {key}={example}.")
            problems.add(place, "parameter.value", message, key=key, example=example(kinds[key]))
    if found := range_problem(dict(valid_parameters(row)), kinds):
        problems.add(place, "parameter.range", found)


def valid_parameters(row: Row) -> tuple[tuple[str, str], ...]:
    """Return the parameters that the type has and can use."""
    kinds = TYPES[row.type].parameters
    return tuple(
        (key, value) for key, value in parameters(row.get("parameters")) if is_valid(kinds.get(key, ""), value)
    )


def check_children(row: Row, rows: Sequence[Row], problems: Problems) -> None:
    """Note a group or repeat without questions, and what no repeat can hold: a repeat, metadata, a part of its own."""
    empty = isinstance(TYPES[row.type], Repeat) and not row.children
    if empty or (isinstance(TYPES[row.type], Group) and not any(row.name in one.groups for one in rows)):
        problems.add(row.node, "question.children", N_("Tulis questions di dalam {type} {name}."), **_names(row))
    for number, child in enumerate(row.children):
        if isinstance(TYPES[child.type], Repeat | Metadata):
            message = N_("Jenis {type} tidak dapat berada di dalam repeat.")
            problems.add(child.node.mapping["type"], "repeat.type", message, type=child.type)
        if part := child.get("part"):
            problems.add(part, "repeat.part", N_("Tulis part pada repeat, bukan di dalamnya."))
        later = {one.name for one in row.children[number:]}
        for key in ("relevant", "calculation", "choice_filter"):
            place = child.get(key)
            if place and later & names_in(place):
                message = N_("Di dalam repeat, {key} hanya dapat memakai pertanyaan sebelumnya.")
                problems.add(place, "repeat.order", message, key=key)


def check_default(row: Row, spec: FormSpec, problems: Problems) -> None:
    """Note a default that the question itself would not accept as an answer."""
    question, place, kind = spec.question(row.name), row.get("default"), TYPES[row.type]
    if place is None or not kind.posted or "default" not in kind.columns:
        return
    texts = question.default.split() if row.type == "select_multiple" else [question.default]
    if isinstance(kind.clean(texts, question, spec), Problem):
        problems.add(place, "default.wrong", N_("Isi default bukan jawaban yang diterima {name}."), name=row.name)


def _names(row: Row) -> dict[str, object]:
    return {"type": row.type, "name": row.name}
