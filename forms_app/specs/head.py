"""The head of a form file: its own keys, before any question is read."""

from __future__ import annotations

from collections.abc import Mapping

import re2

from forms_app.errors import N_
from forms_app.specs import model
from forms_app.specs.nodes import Node, Problems
from forms_app.specs.parts import check_words
from forms_app.specs.rows import LANGUAGES, check_keys, words
from forms_app.specs.scope import EVENT_NAMES

REQUIRED = [
    "form_id",
    "slug",
    "version",
    "title",
    "heading",
    "audience",
    "sensitivity",
    "readers",
    "seal_at",
    "legal_basis",
    "retention",
    "languages",
    "pages",
]
OPTIONAL = ["outcome", "choices", "parts", "closing", "held", "event", "sample", "vectors"]
ONE_OF = {
    "sensitivity": model.SENSITIVITIES,
    "seal_at": ("phone", "arrival"),
    "legal_basis": ("consent", "public_task", "vital_interest"),
}
_SHAPES: Mapping[str, tuple[type, str, str]] = {
    "pages": (list, "shape.list", N_("Tulis {key} sebagai daftar dengan tanda hubung.")),
    "vectors": (list, "shape.list", N_("Tulis {key} sebagai daftar dengan tanda hubung.")),
    "audience": (str, "shape.text", N_("Di sini harus ada satu teks.")),
    "parts": (dict, "shape.mapping", N_("Tulis {key} sebagai pasangan kunci: isi.")),
    "sample": (dict, "shape.mapping", N_("Tulis {key} sebagai pasangan kunci: isi.")),
}
PATTERNS = {
    "form_id": re2.compile(r"[a-z][a-z0-9_]{2,39}"),
    "slug": re2.compile(r"[a-z0-9]{1,12}"),
    "version": re2.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,19}"),
}


def check_head(tree: Node, problems: Problems) -> None:
    """Note every mistake in the form's own keys, but for those that have a reader of their own."""
    check_keys(tree, (*REQUIRED, *OPTIONAL), problems)
    for key in REQUIRED if isinstance(tree.value, dict) else ():
        node = tree.mapping.get(key)
        if node is None or not node.value:
            problems.add(node or tree, "form.missing", N_("Kunci {key} belum ada."), key=key)
    for key, node in tree.mapping.items():
        if node.value:
            _check_value(key, node, problems)
    check_words(tree.mapping.get("readers"), "readers", model.READERS, problems)
    check_words(tree.mapping.get("languages"), "languages", LANGUAGES, problems)
    event = tree.mapping.get("event")
    if event and (not words(event) or set(words(event)) - set(EVENT_NAMES)):
        problems.add(event, "form.event", N_("Tulis hanya: {known}."), known=", ".join(EVENT_NAMES))


def _check_value(key: str, node: Node, problems: Problems) -> None:
    """Note a value that its key cannot have."""
    shape, code, message = _SHAPES.get(key, (object, "", ""))
    if not isinstance(node.value, shape):
        problems.add(node, code, message, key=key)
    if key in PATTERNS and not PATTERNS[key].fullmatch(node.text):
        message = N_("Isi {key} terlalu panjang, atau memuat tanda yang tidak boleh dipakai.")
        problems.add(node, f"form.{key}", message, key=key)
    if key in ("slug", "version") and not node.quoted:
        problems.add(node, "form.quotes", N_("Tulis {key} di antara tanda kutip."), key=key)
    known = ONE_OF.get(key)
    if known and node.text not in known:
        problems.add(node, f"form.{key}", N_("Tulis salah satu: {known}."), known=", ".join(known))
