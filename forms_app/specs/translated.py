"""What the gate asks of translations: each text in every promised language, and made for the text that is there now.

What people see comes from the compiled catalogue (.mo). Where the catalogue as translators wrote it lies beside
(.po, in a checkout), it tells stale translations from missing ones. The keeper of Babel's catalogues in this room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import denormalize, read_po

from forms_app.errors import N_
from forms_app.specs.library import say, texts
from forms_app.specs.mentions import filled_in, names
from forms_app.specs.model import FormSpec, Text
from forms_app.specs.places import Places
from forms_app.specs.problems import SpecProblem
from forms_app.translation import shipped, translated

LONGEST = 40  # characters of a text that a message repeats
FEW = 5  # so many texts are named one by one; of more only the count and the first
_MANY = {
    "language.missing": N_("Bahasa {language} belum lengkap: {count} teks. Yang pertama: {text}"),
    "translation.waiting": N_("Ada {count} terjemahan {language} yang belum dipakai. Jalankan make setup."),
}
Found = tuple[str, str, str, dict[str, object]]  # text, code, message, values


def check_translations(spec: FormSpec, places: Places) -> Iterator[SpecProblem]:
    """Yield what each promised language lacks, at the place of the text."""
    for language in spec.languages[1:]:
        found = list(_of_language(spec, language))
        count = Counter(code for _text, code, *_rest in found)
        for code in (one for one in _MANY if count[one] > FEW):
            first = min(text for text, its_code, *_rest in found if its_code == code)
            values: dict[str, object] = {"language": language, "count": count[code], "text": _begin(first)}
            yield SpecProblem(places.name, 1, 1, code, _MANY[code], tuple(values.items()))
        for text, code, message, values in found:
            if code not in _MANY or count[code] <= FEW:
                shown = {"language": language, "text": _begin(text), **values}
                yield SpecProblem(*places.text(text), code, message, tuple(shown.items()))


def _begin(text: str) -> str:
    """Return the beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _of_language(spec: FormSpec, language: str) -> Iterator[Found]:
    written, has = _as_written(language), translated("forms", language)
    for text in dict.fromkeys(one for one in texts(spec) if one):
        entry = written.get(text.source)
        if dict(text.inline).get(language) or has(text.source):
            yield from _compare(text, say(text, language))
        elif entry is None or not entry.string:
            message = N_("Belum ada teks {language} untuk: {text}. Terjemahkan di forms.po, atau di samping teksnya.")
            yield text.source, "language.missing", message, {}
        elif entry.fuzzy:
            message = N_(
                "Terjemahan {language} ini dibuat untuk teks lama: {before}. Perbaiki di forms.po baris {line}, lalu"
                " hapus tanda fuzzy."
            )
            before = _begin(str((entry.previous_id or ["?"])[0]))
            yield text.source, "translation.stale", message, {"before": before, "line": entry.lineno or 1}
        else:
            message = N_("Terjemahan {language} ini sudah ditulis, tetapi belum dipakai. Jalankan make setup.")
            yield text.source, "translation.waiting", message, {}


def _compare(text: Text, translation: str) -> Iterator[Found]:
    """Yield how a translation differs from its source where it must not."""
    if not translation.strip():
        message = N_("Terjemahan {language} ini kosong: {text}. Tulis terjemahannya.")
        yield text.source, "translation.blank", message, {}
    elif translation != translation.strip():
        message = N_("Terjemahan {language} ini diawali atau diakhiri spasi: {text}. Hapus spasinya.")
        yield text.source, "translation.edges", message, {}
    elif sorted(names(translation)) != sorted(names(text.source)) or _braces(translation) != _braces(text.source):
        message = N_("Terjemahan {language} ini punya tanda kurung kurawal lain: {text}. Samakan dengan sumbernya.")
        yield text.source, "translation.places", message, {}


def _braces(text: str) -> list[str]:
    """Return the names of the places of a text, which a translation must have too."""
    plain = filled_in(text, lambda _name: "")
    try:
        return sorted(name for _text, name, _spec, _conversion in Formatter().parse(plain) if name is not None)
    except ValueError:  # a single brace is no place
        return ["{"]


def _as_written(language: str) -> Mapping[str, Message]:
    """Return the catalogue of a language by its sources, as translators wrote it; empty where only the .mo is."""
    path = shipped("translations") / language / "LC_MESSAGES" / "forms.po"
    return _by_source(path, language, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=8)  # the gate asks for it once a form
def _by_source(path: Path, language: str, _changed: int) -> Mapping[str, Message]:
    return {str(one.id): one for one in read_catalogue(path, language) if one.id}


def read_catalogue(path: Path, language: str) -> Catalog:
    """Return a catalogue with the source that each fuzzy translation was made for, which Babel takes for a remark."""
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    for message in (*catalog, *catalog.obsolete.values()):
        former = [one.removeprefix("|").strip() for one in message.user_comments if one.startswith("|")]
        message.user_comments = [one for one in message.user_comments if not one.startswith("|")]
        if former:
            message.previous_id = [denormalize("\n".join(former).removeprefix("msgid").strip())]
    return catalog
