"""Random forms of our own language, drawn by Hypothesis, every one of them right."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from forms_app.specs.types import TYPES

Draw = st.DrawFn
SIGNS = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Co", "Cn"), exclude_characters="\xa0\ufeff"
)
HARD = (
    "=1+1",
    "@x",
    "'",
    '"',
    "a: b # c",
    "- x",
    "null",
    "012",
    "1e3",
    "yes",
    "~",
    "{a}",
    "dua\nbaris",
    "a\n\nb",
    "`x`",
)
TEXTS = (
    st.one_of(st.sampled_from(HARD), st.text(SIGNS, min_size=1, max_size=12))
    .map(lambda text: text.strip(" \t\n"))
    .filter(lambda text: bool(text.strip()) and "${" not in text)
)
NUMBERS = {"integer", "decimal", "range"}


def texts(draw: Draw) -> Any:
    """Return a text: plain, or a map of languages."""
    if draw(st.booleans()):
        return draw(TEXTS)
    return {
        "id": draw(TEXTS),
        **{code: draw(TEXTS) for code in ("en", "jv") if draw(st.booleans())} | {"en": draw(TEXTS)},
    }


@dataclass
class Form:
    """A form while it is drawn: what later expressions may name."""

    draw: Draw
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    number: int = 0

    def name(self, letter: str) -> str:
        """Return a name that nothing has yet."""
        self.number += 1
        return f"{letter}{self.draw(st.sampled_from(('', '_', 'nama_')))}{self.number}"

    def condition(self) -> str:
        """Return an expression that is true or false, over what was asked before."""
        names = list(self.asked)
        if not names:
            return self.draw(st.sampled_from(("true()", "today() > '2026-01-01'", "${event_topic} = 'a'", "1 < 2")))
        name = self.draw(st.sampled_from(names))
        kind = self.asked[name]
        if kind in NUMBERS:
            return f"${{{name}}} > {self.draw(st.integers(0, 9))}"
        if kind.startswith("select_one"):
            chosen = self.draw(st.sampled_from(self.lists[kind.split()[1]]))["name"]
            mark = self.draw(st.sampled_from(("=", "!=", " = ")))
            return f"${{{name}}}{mark}'{chosen}'"
        if kind.startswith("select_multiple"):
            chosen = self.draw(st.sampled_from(self.lists[kind.split()[1]]))["name"]
            return f"selected( ${{{name}}}, '{chosen}') or count-selected(${{{name}}}) > 1"
        return {"acknowledge": f"${{{name}}}", "date": f"${{{name}}} <= today()"}.get(kind, f"${{{name}}} != ''")

    def expression(self) -> str:
        """Return a condition, or two joined."""
        joined = self.draw(st.sampled_from(("", " and ", "\n or ")))
        return f"{self.condition()}{joined}{self.condition()}" if joined else self.condition()


def a_list(form: Form) -> str:
    """Draw a choice list with its scores and columns, and return its name."""
    draw, name = form.draw, form.name("l")
    names = draw(st.lists(st.from_regex(r"[a-zA-Z0-9_.-]{1,8}", fullmatch=True), min_size=1, max_size=4, unique=True))
    column = form.name("k") if draw(st.booleans()) else ""
    scored = draw(st.booleans())
    form.lists[name] = [
        {
            "name": one,
            "label": texts(draw),
            **({"score": str(draw(st.integers(-3, 9)))} if scored else {}),
            **({column: draw(st.sampled_from(("a", "b c", "0")))} if column else {}),
        }
        for one in names
    ]
    return name


def a_question(form: Form, *, repeat: bool = False) -> dict[str, Any]:
    """Draw one question with columns that its type has."""
    draw = form.draw
    kinds = [one for one in TYPES if one not in ("group", "repeat", "geopoint") and not (repeat and one in _ONCE)]
    kind = draw(st.sampled_from(kinds))
    question: dict[str, Any] = {"name": form.name("q"), "type": kind}
    if TYPES[kind].takes_list:
        question["type"] = f"{kind} {a_list(form)}"
    if TYPES[kind].widget != "hidden":
        question["label"] = texts(draw)
        question |= {key: texts(draw) for key in ("hint", "guidance_hint") if draw(st.booleans())}
    optional = {
        "required": lambda: draw(st.sampled_from(("true()", form.condition()))),
        "required_message": lambda: texts(draw),
        "constraint": form.condition,
        "constraint_message": lambda: texts(draw),
        "read_only": lambda: "true",
    }
    question |= {key: make() for key, make in optional.items() if key in TYPES[kind].columns and draw(st.booleans())}
    if "warn" in TYPES[kind].columns and draw(st.booleans()):
        question |= {"warn": form.condition(), "warn_message": texts(draw)}
    if draw(st.booleans()):
        question["relevant"] = form.expression()
    if kind == "calculate":
        question["calculation"] = draw(st.sampled_from(("1 + 2", "concat('a', \"b\")", "today()", "pow(2, 3)")))
    if kind == "hidden":
        question["calculation"] = "${event_topic}"
    if kind == "range":
        question["parameters"] = "start=0 end=10 step=2"
    if kind in ("text", "integer") and draw(st.booleans()):
        question["parameters"] = draw(
            st.sampled_from(("max=5", "max=80 autocomplete=name" if kind == "text" else "min=0 max=3"))
        )
    if kind.startswith("select") and draw(st.booleans()):
        question["appearance"] = draw(st.sampled_from(sorted(TYPES[kind].appearances)))
    if kind in ("select_one", "select_multiple") and draw(st.booleans()):
        question["choice_filter"] = "name != 'x'"
    if draw(st.booleans()):
        question["sensitivity"] = draw(st.sampled_from(("public", "personal", "secret")))
    if not repeat:
        form.asked[question["name"]] = question["type"]
    return question


_ONCE = ("start", "end", "today", "language", "hidden", "calculate")


def some_questions(form: Form, depth: int = 0, *, repeat: bool = False) -> list[dict[str, Any]]:
    """Draw questions, groups and repeats."""
    found: list[dict[str, Any]] = []
    for _number in range(form.draw(st.integers(1, 3))):
        what = form.draw(st.sampled_from(("question", "question", "group", "repeat"))) if depth < 2 else "question"
        if what == "question" or (what == "repeat" and repeat):
            found.append(a_question(form, repeat=repeat))
            continue
        row: dict[str, Any] = {"name": form.name("g"), "type": what}
        if what == "repeat" or form.draw(st.booleans()):
            row["label"] = texts(form.draw)
        if form.draw(st.booleans()):
            row["relevant"] = form.expression()
        if what == "repeat" and form.draw(st.booleans()):
            row |= {"repeat_count": "3"} if form.draw(st.booleans()) else {"parameters": "max=5"}
        found.append(row | {"questions": some_questions(form, depth + 1, repeat=repeat or what == "repeat")})
    return found


@st.composite
def forms(draw: Draw) -> dict[str, Any]:
    """Draw a whole form file as plain data."""
    form = Form(draw)
    pages = []
    for number in range(draw(st.integers(1, 3))):
        page: dict[str, Any] = {"name": f"p{number}"} if draw(st.booleans()) else {}
        page |= {"label": texts(draw)} if draw(st.booleans()) else {}
        page |= {"relevant": form.expression()} if draw(st.booleans()) else {}
        pages.append(page | {"questions": some_questions(form)})
    head: dict[str, Any] = {
        "form_id": "contoh_acak",
        "slug": draw(st.sampled_from(("1", "abc"))),
        "version": draw(st.sampled_from(("1", "2.0"))),
        "title": texts(draw),
        "heading": texts(draw),
        "audience": draw(TEXTS),
        "sensitivity": "personal",
        "readers": draw(st.sampled_from((["office"], ["office", "event"]))),
        "seal_at": "arrival",
        "legal_basis": "consent",
        "retention": {"site": "30d", "office": "1y"},
        "languages": draw(st.sampled_from((["id"], ["id", "en"], ["id", "en", "jv"]))),
    }
    if draw(st.booleans()):
        head["closing"] = texts(draw)
    if draw(st.booleans()):
        head["outcome"] = an_outcome(form)
    if draw(st.booleans()):
        head["vectors"] = [{"name": draw(TEXTS), "answers": {}, "expect": {"notes": [draw(TEXTS)]}}]
    return {**head, "pages": pages} | ({"choices": form.lists} if form.lists else {})


def an_outcome(form: Form) -> dict[str, Any]:
    """Draw rules and cards."""
    cards = {"satu": {"title": texts(form.draw), "body": texts(form.draw), "numbers": ["darurat"]}}
    rules = [
        {"level": "watch", "when": form.expression(), "card": "satu"},
        {"level": "low", "when": "true()", "card": "satu"},
    ]
    return {"show": "never", "rules": rules, "cards": cards}
