"""What makes a form's texts hard to read or hurtful: long sentences, and words that judge a child or a family.

Read are the Indonesian sources, which are what is approved; translations follow them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten

import re2

from forms_app.errors import N_
from forms_app.specs.library import texts
from forms_app.specs.model import FormSpec
from forms_app.specs.places import Places
from forms_app.specs.problems import SpecProblem

ADVISED_WORDS = 12
"""A sentence of more words is worth a look (domain.md 3.6)."""
MOST_WORDS = 14
"""A sentence of more words keeps a form back that parents, teachers or children read."""
STAFF = frozenset({"peksos", "officer", "coordinator", "volunteer", "office"})
"""The words of `audience` for people who fill in forms at work; anybody else is a respondent."""

_ENDS = re2.compile(r"[.!?:;](?:\s|$)|\n")
_ONE_WORD = re2.compile(r"\S*[/@]\S*|\S+\(\)|\{\w*\}")  # an address, a call or a place is read as one word
_AUDIENCE = re2.compile(r"[a-z]+")
_SHOWN = 48  # signs of a sentence that a message repeats
_ACCUSES = N_("Jangan tulis {word}. Sebelum diperiksa, tidak seorang pun boleh dituduh. Tulis: {better}.")
_JUDGES = N_("Jangan tulis {word}. Kata itu menilai anak, bukan perilakunya. Tulis: {better}.")
_BELITTLES = N_("Jangan tulis {word}. Kata itu merendahkan orang. Tulis: {better}.")


@dataclass(frozen=True)
class Term:
    """A word that no form may use, with what to write instead; the message says why."""

    word: str
    better: str
    message: str


TERMS = (
    Term("korban", "anak", N_("Jangan tulis {word}. Sebutan itu melekat pada anak. Tulis: {better}.")),
    Term("pelaku", "orang yang dikhawatirkan", _ACCUSES),
    Term("tersangka", "orang yang dikhawatirkan", _ACCUSES),
    Term("aib", "kejadian", N_("Jangan tulis {word}. Kata itu membuat anak malu bercerita. Tulis: {better}.")),
    Term("nakal", "perilaku yang terlihat", _JUDGES),
    Term("bodoh", "belum paham", _JUDGES),
    Term("malas", "belum mau belajar", _JUDGES),
    Term("cacat", "penyandang disabilitas", _BELITTLES),
    Term("gila", "gangguan jiwa", _BELITTLES),
    Term("kasus", "kejadian, laporan, pendampingan", N_("Jangan tulis {word}. Anak bukan perkara. Tulis: {better}.")),
)
# With the endings that Indonesian hangs on a word: kasusnya, kenakalan. Catatan and perlakuan are other words.
_FORMS = {one: re2.compile(rf"(?i)\b(?:ke)?{one.word}(?:an|nya|ku|mu|lah|kah|pun)*\b") for one in TERMS}
_ANY = re2.compile(f"(?i){'|'.join(one.word for one in TERMS)}")  # hardly any text has one, and one look is enough


def check_reading(spec: FormSpec, places: Places) -> Iterator[SpecProblem]:
    """Yield words that no form may use, and sentences that are too long for respondents."""
    for text in _sources(spec):
        for term in hurtful(text):
            values = (("word", term.word), ("better", term.better))
            yield SpecProblem(*places.text(text), "term.hurts", term.message, values)
        if is_for_respondents(spec) and length(longest(text)) > MOST_WORDS:
            message = N_("Kalimat ini {count} kata, paling banyak {limit}. Bagi menjadi kalimat pendek: {sentence}")
            yield _sentence(text, places, "sentence.limit", message, MOST_WORDS)


def reading_notes(spec: FormSpec, places: Places) -> Iterator[SpecProblem]:
    """Yield sentences that are longer than advised, but keep no form back."""
    most = MOST_WORDS if is_for_respondents(spec) else None
    for text in _sources(spec):
        count = length(longest(text))
        if count > ADVISED_WORDS and (most is None or count <= most):
            message = N_("Kalimat ini {count} kata. Sebaiknya paling banyak {limit}: {sentence}")
            yield _sentence(text, places, "sentence.long", message, ADVISED_WORDS)


def hurtful(text: str) -> list[Term]:
    """Return the terms that a text uses and should not."""
    return [term for term, form in _FORMS.items() if form.search(text)] if _ANY.search(text) else []


def longest(text: str) -> str:
    """Return the sentence with the most words; the line ends of a text end sentences too."""
    return str(max(_ENDS.split(text), key=length)).strip()


def length(sentence: str) -> int:
    """Return how many words a sentence has, as they are read aloud."""
    return len(_ONE_WORD.sub("x", sentence).split())


def is_for_respondents(spec: FormSpec) -> bool:
    """Whether parents, teachers or children read the form: whoever is not named as staff may be one."""
    named = set(_AUDIENCE.findall(spec.audience.lower()))
    return not named or not named <= STAFF


def _sources(spec: FormSpec) -> list[str]:
    return list(dict.fromkeys(text.source for text in texts(spec) if text))


def _sentence(text: str, places: Places, code: str, message: str, limit: int) -> SpecProblem:
    sentence = longest(text)
    shown = shorten(sentence, _SHOWN, placeholder="…")
    values = (("count", length(sentence)), ("limit", limit), ("sentence", shown))
    return SpecProblem(*places.text(text), code, message, values)
