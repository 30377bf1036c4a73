"""`make catalogues` for the forms: brings their texts into every `forms.po` and loses no translation on the way.

A text whose source changed keeps its translation, marked fuzzy and with the source it was made for: it is stale until
a translator has looked, and the pages show Indonesian so long. A text that went keeps its translation at the end of
the file, from where it comes back with the text.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from forms_app.cli.terminal import tell
from forms_app.errors import N_
from forms_app.specs.translated import read_catalogue

METHOD = "forms_app.specs.catalogue:extract"
FILES = ("**.yaml", "**.csv")
Messages = Mapping[str, Message]


def main(forms: Path = Path("form_specs"), translations: Path = Path("translations")) -> None:
    """Renew the `forms` catalogue of every language, and say what waits for translators."""
    for path in sorted(translations.glob("*/LC_MESSAGES/forms.po")):
        language = path.parts[-3]
        new = renewed(read_catalogue(path, language), found(forms, language))
        text = io.BytesIO()
        write_po(text, new, width=0, include_previous=True, include_lineno=False)
        path.write_bytes(text.getvalue())
        waiting = [one for one in new if one.id and not one.string]
        stale = [one for one in new if one.id and one.fuzzy]
        message = N_("{file}: {count} teks, {waiting} belum diterjemahkan, {stale} perlu dilihat lagi.")
        tell(message, file=path, count=len(new), waiting=len(waiting), stale=len(stale))


def found(forms: Path, language: str) -> Catalog:
    """Return every text of the folder that needs a translation into this language, with its places."""
    catalog = Catalog(domain="forms")
    methods, options = [(pattern, METHOD) for pattern in FILES], {one: {"language": language} for one in FILES}
    for file, line, message, comments, _context in extract_from_dir(forms, methods, options):
        catalog.add(message, locations=[(f"{forms.name}/{file}", line)], auto_comments=comments)
    return catalog


def renewed(old: Catalog, texts: Catalog) -> Catalog:
    """Return the catalogue of these texts, with the translations that `old` has for them or for what they were."""
    new = Catalog(domain=old.domain, header_comment=old.header_comment, fuzzy=old.fuzzy)
    new.mime_headers = old.mime_headers
    known = {**_by_id(old.obsolete.values()), **_by_id(old)}
    gone = {text: one for text, one in known.items() if text not in texts and one.string}
    followed: set[str] = set()
    for text, one in _by_id(texts).items():
        before = known.get(text)
        if before is None or not before.string:
            before = _ancestor(one, known, gone) or before
        if before:
            followed.add(str(before.id))
            _inherit(one, before)
        new[text] = one
    for one in (one for text, one in gone.items() if text not in followed):
        # The end of the file knows no fuzzy: there a stale translation stands under the text it was made for.
        source = str(one.previous_id[0]) if one.fuzzy and one.previous_id else str(one.id)
        if source not in new:
            new.obsolete.setdefault(source, Message(source, one.string, user_comments=one.user_comments))
    return new


def _by_id(messages: Iterable[Message]) -> dict[str, Message]:
    return {str(one.id): one for one in messages if one.id}


def _ancestor(text: Message, known: Messages, gone: Messages) -> Message | None:
    """Return what a new text was before: what stood at its place, or what is most like it among the texts that went.

    A text that comes back is found by the stale translation that was made for it. What already waited for a translator
    is not guessed at anew.
    """
    for one in gone.values():
        if text.id in one.previous_id:
            return one
    for one in known.values():
        if one.string and set(one.auto_comments) & set(text.auto_comments):
            return one
    alike = get_close_matches(str(text.id), gone, 1) if str(text.id) not in known else ()
    return gone[alike[0]] if alike else None


def _inherit(text: Message, before: Message) -> None:
    """Give a text the translation that stands at another or the same, fuzzy if it was made for another source."""
    made_for: list[str] = list(map(str, before.previous_id if before.fuzzy else [before.id]))
    text.string, text.user_comments = before.string, before.user_comments
    text.flags |= before.flags - {"fuzzy"}
    if before.string and text.id not in made_for:
        text.flags.add("fuzzy")
        text.previous_id = made_for


if __name__ == "__main__":
    main()
