"""Where the pen goes: for each way of asking, the boxes and lines of its answer, as they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from forms_app.errors import N_, Translate
from forms_app.paper.sheet import Area, Sheet
from forms_app.site.paper.flow import ANSWER, INK, SMALL, SOFT, Piece, beside, stacked, written
from forms_app.site.paper.marks import BOX, MOUTHS, cells, face, numbered, options, rules, tick
from forms_app.specs.library import say
from forms_app.specs.mentions import filled_in
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types import TYPES
from forms_app.specs.types.numbers import Range

FULL = 100  # signs that a person writes on one line of the whole width, if there is room for them
MOST_LINES, MOST_VALUES, MOST_CELLS = 10, 21, 16
NARROW = 50  # signs that find room beside a question
SHAPES: Mapping[str, tuple[int, ...]] = {
    "phone": (4, 4, 5),
    "receipt": (5, 5),
    "npsn": (8,),
    "nisn": (10,),
    "nik": (6, 6, 4),
}
"""How the signs of a format stand in groups."""


def blank(_name: str) -> str:
    """Return what a paper prints where the page repeats an answer."""
    return "……"


@dataclass(frozen=True)
class Asked:
    """One question as it is printed: in a language, in a width."""

    question: Question
    spec: FormSpec
    language: str
    texts: Translate
    width: float

    @property
    def kind(self) -> str:
        """Return the widget that shows it on a page."""
        return TYPES[self.question.type].kind(self.question, self.spec)

    @property
    def labels(self) -> list[str]:
        """Return the choices of its list."""
        return [say(one.label, self.language) for one in self.spec.choice_list(self.question.list_name)]

    @property
    def limit(self) -> int:
        """Return the longest answer in signs."""
        return int(TYPES[self.question.type].attributes(self.question).get("maxlength", 0))


def answer(asked: Asked) -> list[Piece]:
    """Return the pieces of a question's answer; none for what asks nothing."""
    return _KINDS.get(asked.kind, _text)(asked)


def short(asked: Asked) -> Piece | None:
    """Return the answer if it is one piece that can stand beside its question in this width."""
    kind = asked.kind
    beside = kind in _SHORT or (kind in ("text", "tel", "barcode") and 0 < asked.limit <= NARROW)
    pieces = answer(asked) if beside else []
    return pieces[0] if len(pieces) == 1 and (pieces[0].width or asked.width) <= asked.width else None


def date_cells(texts: Translate) -> Piece:
    """Return the boxes of a day."""
    return cells((2, 2, 4), "/", (texts(N_("Tanggal")), texts(N_("Bulan")), texts(N_("Tahun"))))


def _text(asked: Asked) -> list[Piece]:
    shape = asked.question.parameter("format")
    if shape in SHAPES:
        return [cells(SHAPES[shape])]
    limit = asked.limit or 200
    if limit <= 10:
        return [cells((limit,))]
    if asked.kind == "multiline":
        return rules(min(max(ceil(limit / FULL), 2), MOST_LINES), asked.width)
    share = min(max(limit / 50, 0.4), 1)
    return rules(min(ceil(limit / FULL), MOST_LINES), asked.width * share)


def _number(asked: Asked) -> list[Piece]:
    bounds = [asked.question.parameter(name) for name in ("min", "max")]
    digits = len(bounds[1].lstrip("-").partition(".")[0]) if bounds[1] else 0
    if asked.question.type != "integer" or not 0 < digits <= MOST_CELLS or bounds[0].startswith("-"):
        return rules(1, min(asked.width, 50))
    return [cells((digits,))]


def _day(asked: Asked) -> list[Piece]:
    return [date_cells(asked.texts)]


def _clock(asked: Asked) -> list[Piece]:
    return [cells((2, 2), ".", (asked.texts(N_("Jam")), asked.texts(N_("Menit"))))]


def _moment(asked: Asked) -> list[Piece]:
    return [_side_by_side([*_day(asked), *beside(_clock(asked), 76)])]


def _side_by_side(pieces: Sequence[Piece]) -> Piece:
    def draw(sheet: Sheet, x: float, y: float) -> None:
        for one in pieces:
            one.draw(sheet, x, y)

    return Piece(max(one.height for one in pieces), draw)


def _choice(asked: Asked) -> list[Piece]:
    return options(asked.labels, asked.width)


def _choices(asked: Asked) -> list[Piece]:
    return options(asked.labels, asked.width, several=True)


def _search(asked: Asked) -> list[Piece]:
    return rules(1, asked.width)


def _values(asked: Asked) -> list[Piece]:
    kind = TYPES[asked.question.type]
    values = kind.values(asked.question) if isinstance(kind, Range) else []
    if 0 < len(values) <= MOST_VALUES:
        return options(values, asked.width)
    bounds = kind.attributes(asked.question)
    told = asked.texts(N_("Tulis angka dari {low} sampai {high}.")).format(low=bounds["min"], high=bounds["max"])
    return [*written(told, asked.width, SMALL, ink=SOFT, keep=True), *rules(1, min(asked.width, 50))]


def _rank(asked: Asked) -> list[Piece]:
    labels = asked.labels
    told = asked.texts(N_("Urutkan: tulis yang paling penting di nomor 1."))
    listed = [piece for one in labels for piece in beside(written(f"• {one}", asked.width - 4, ANSWER, keep=True), 4)]
    places = [numbered(at + 1, asked.width, keep=at < len(labels) - 1) for at in range(len(labels))]
    return [*written(told, asked.width, SMALL, ink=SOFT, keep=True), *listed, *places]


def _acknowledge(asked: Asked) -> list[Piece]:
    return options([filled_in(say(asked.question.label, asked.language), blank)], asked.width, several=True)


def _place(asked: Asked) -> list[Piece]:
    words = [asked.texts(N_("Garis lintang")), asked.texts(N_("Garis bujur"))]
    pieces = [one for word in words for one in (*written(word, asked.width, SMALL, ink=SOFT, keep=True), *rules(1, 60))]
    return [_side_by_side([stacked(pieces[:2]), *beside([stacked(pieces[2:])], 70)])]


def _faces(asked: Asked) -> list[Piece]:
    """Draw five faces from very sad to very glad, as the page does; a child ticks the one that fits."""
    labels = asked.labels
    if len(labels) > len(MOUTHS):
        return _choice(asked)
    step = asked.width / len(labels)

    def draw(sheet: Sheet, x: float, y: float) -> None:
        for at, label in enumerate(labels):
            middle = x + at * step + step / 2
            face(sheet, middle, y + 7, at)
            tick(sheet, middle - BOX / 2, y + 16)
            sheet.words(label, Area(middle - step / 2, y + 21, step, 5), SMALL, ink=INK, align="middle")

    return [Piece(27, draw)]


def _nothing(_asked: Asked) -> list[Piece]:
    return []


_SHORT = ("number", "counter", "decimal", "date", "time", "radio", "select", "checkbox", "folded")
_KINDS: Mapping[str, Callable[[Asked], list[Piece]]] = {
    "number": _number,
    "counter": _number,
    "decimal": _number,
    "date": _day,
    "time": _clock,
    "datetime": _moment,
    "radio": _choice,
    "likert": _choice,
    "select": _choice,
    "checkbox": _choices,
    "folded": _choices,
    "faces": _faces,
    "search": _search,
    "range": _values,
    "rank": _rank,
    "acknowledge": _acknowledge,
    "geopoint": _place,
    "note": _nothing,
    "group": _nothing,
}
