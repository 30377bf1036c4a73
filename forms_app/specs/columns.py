"""What the columns of one row get wrong: each column that a type has no use for is a mistake, never ignored."""

from __future__ import annotations

from forms_app.errors import N_
from forms_app.specs.model import SENSITIVITIES, FormSpec
from forms_app.specs.nodes import Problems
from forms_app.specs.rows import Row, names_in, parameters, truth, words
from forms_app.specs.types import TYPES, Problem, Repeat
from forms_app.specs.types.parameters import example, is_backwards, is_valid

_OF_TYPES = {
    "calculation": ("calculate", "hidden"),
    "repeat_count": ("repeat",),
    "read_only": ("text", "integer", "decimal", "date", "time"),
    "choice_filter": (),  # no type has cascades yet: refused, since a filter that is ignored asks the wrong thing
    "default": ("text", "integer", "decimal", "date", "time", "select_one", "select_multiple", "hidden"),
}


def check_columns(row: Row, problems: Problems) -> None:
    """Note what is wrong with the row's own columns."""
    kind = TYPES[row.type]
    label = row.get("label")
    if kind.widget != "hidden" and (label is None or not label.value):
        problems.add(label or row.node, "question.label", N_("Pertanyaan {name} belum punya label."), name=row.name)
    if kind.takes_list != bool(row.list_name):
        message = N_("Tulis nama daftar pilihan sesudah {type}.") if kind.takes_list else N_("Tulis {type} saja.")
        problems.add(row.node.mapping["type"], "type.list", message, type=row.type)
    for key, types in _OF_TYPES.items():
        column = row.get(key)
        if column and row.type not in types:
            message = N_("Kolom {key} tidak dipakai untuk {type}.")
            problems.add(column, "column.unused", message, key=key, type=row.type)
    if row.type == "calculate" and not row.get("calculation"):
        problems.add(row.node, "calculation.missing", N_("Tulis calculation untuk {name}."), name=row.name)
    truth(row.get("read_only"), problems)
    _check_words(row, problems)


def _check_words(row: Row, problems: Problems) -> None:
    """Note appearances and parameters that the type does not have, and a sensitivity that nobody knows."""
    kind, appearance, sensitivity = TYPES[row.type], row.get("appearance"), row.get("sensitivity")
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
    for key, value in parameters(row.get("parameters")):
        if key not in kinds:
            message = N_("Parameter {key} tidak ada untuk {type}.")
            problems.add(place, "parameter.unknown", message, key=key, type=row.type)
        elif not is_valid(kinds[key], value):
            message = N_("Isi parameter {key} belum sesuai. Contoh: {key}={example}.")
            problems.add(place, "parameter.value", message, key=key, example=example(kinds[key]))
    if is_backwards(dict(valid_parameters(row)), kinds):
        problems.add(place, "parameter.range", N_("Nilai min lebih besar daripada max."))


def valid_parameters(row: Row) -> tuple[tuple[str, str], ...]:
    """Return the parameters that the type has and can use."""
    kinds = TYPES[row.type].parameters
    return tuple(
        (key, value) for key, value in parameters(row.get("parameters")) if is_valid(kinds.get(key, ""), value)
    )


def check_children(row: Row, problems: Problems) -> None:
    """Note what no repeat can hold: nothing at all, another repeat, a value that nobody types, a part of its own."""
    if isinstance(TYPES[row.type], Repeat) and not row.children:
        problems.add(row.node, "question.children", N_("Tulis questions di dalam repeat {name}."), name=row.name)
    for number, child in enumerate(row.children):
        if isinstance(TYPES[child.type], Repeat) or TYPES[child.type].widget == "hidden":
            message = N_("Jenis {type} tidak dapat berada di dalam repeat.")
            problems.add(child.node.mapping["type"], "repeat.type", message, type=child.type)
        if part := child.get("part"):
            problems.add(part, "repeat.part", N_("Tulis part pada repeat, bukan di dalamnya."))
        later = {one.name for one in row.children[number:]}
        relevant = child.get("relevant")
        if relevant and later & names_in(relevant):
            message = N_("Di dalam repeat, relevant hanya dapat memakai pertanyaan sebelumnya.")
            problems.add(relevant, "repeat.order", message)


def check_default(row: Row, spec: FormSpec, problems: Problems) -> None:
    """Note a default that the question itself would not accept as an answer."""
    question, place = spec.question(row.name), row.get("default")
    if place is None or not TYPES[row.type].posted or row.type not in _OF_TYPES["default"]:
        return
    texts = question.default.split() if row.type == "select_multiple" else [question.default]
    if isinstance(TYPES[row.type].clean(texts, question, spec), Problem):
        problems.add(place, "default.wrong", N_("Isi default bukan jawaban yang diterima {name}."), name=row.name)
