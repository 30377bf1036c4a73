"""Forms for test_phone.py in which everything is asked that a form can ask, and what people post to them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any

from forms_app.specs.formats import check_digit
from forms_app.specs.model import FormSpec, Question
from tests.answers.test_random import HOSTILE

HEAD = """\
form_id: everything
slug: "1"
version: "1"
title: T
heading: H
audience: guru
sensitivity: personal
readers: [office]
seal_at: arrival
legal_basis: consent
retention: {site: 30d, office: 1y}
languages: [id, en]
choices:
  yn: [{name: ya, label: {id: Ya, en: "Yes"}, score: 1}, {name: tidak, label: Tidak, score: 0.1}]
  few: [{name: a, label: Satu, kec: ya}, {name: "≥5", label: Lima, kec: ya}, {name: z, label: Nol}]
"""
PARTS = """\
parts:
  apart: {readers: [office], retention: {site: 7d, office: 7d}, copies: [name, kids]}
  alone: {readers: [office], retention: {site: 7d, office: 7d}, copies: []}
"""
QUESTIONS = r"""
- {name: yes, type: select_one yn, label: Y, required: "${late} != 'x'", required_message: "Isi, ${gate}."}
- {name: late, type: text, label: L, relevant: "${sum} > 3 or ${some} = 'ya'", warn: "${sum} > 6",
   parameters: case=upper max=9}
- {name: name, type: text, label: N, appearance: multiline, constraint: "string-length(.) < 9",
   constraint_message: "{name}?"}
- {name: number, type: integer, label: I, parameters: min=-9 max=99, constraint: ". != 13", warn: ". > ${real}"}
- {name: real, type: decimal, label: D, parameters: max=1000000000}
- {name: step, type: range, label: R, parameters: start=-0.5 end=1 step=0.25}
- {name: day, type: date, label: T, constraint: ". <= today()", relevant: "${yes} = 'ya'"}
- {name: clock, type: time, label: J}
- {name: at, type: dateTime, label: W, warn: ". > now()"}
- {name: few, type: select_multiple few, label: F, choice_filter: "kec = ${yes} or name = 'z'"}
- {name: one, type: select_one few, label: O, choice_filter: "kec = ${yes}", required: "${yes} = 'ya'"}
- {name: best, type: rank few, label: U, required: "${few} != ''"}
- {name: agree, type: acknowledge, label: A, required: "true()"}
- {name: code, type: barcode, label: B, parameters: max=7}
- {name: place, type: geopoint, label: G}
- {name: fixed, type: decimal, label: X, default: "2,5", read_only: true}
- {name: began, type: start}
- {name: ended, type: end}
- {name: today, type: today}
- {name: tongue, type: language}
- {name: plain, type: hidden, default: "é tetap"}
- {name: topic, type: hidden, calculation: "${event_topic}"}
- {name: sum, type: calculate, calculation: "coalesce(${number}, 0) + coalesce(${real}, 0) + count(${kids})"}
- {name: third, type: calculate, calculation: "${number} div 3"}
- {name: none, type: calculate, calculation: "${number} div 0"}
- {name: great, type: calculate, calculation: "pow(${real}, 9) * 1000"}
- {name: small, type: calculate, calculation: "${real} div 1000000"}
- {name: cut, type: calculate, calculation: "concat(${name}, '😀', ${late})", parameters: max=5}
- {name: told, type: calculate, calculation: "jr:choice-name(${few}, '${few}')"}
- {name: holds, type: calculate, calculation: "${yes} = 'ya' and selected(${few}, 'z')"}
- {name: joined, type: calculate, calculation: "join(' ', ${nick})"}
- {name: second, type: calculate, calculation: "indexed-repeat(${age}, ${kids}, 2)"}
- {name: scored, type: calculate, calculation: "score(${yes}) + round(${real}, 1)"}
- {name: chance, type: calculate, calculation: "once(random())"}
- {name: days, type: calculate, calculation: "today() - ${day}"}
- {name: written, type: calculate, calculation: "format-date-time(${at}, '%e/%n/%Y %H.%M')"}
- {name: id, type: calculate, calculation: uuid()}
- {name: mark, type: calculate, calculation: "digest(concat(${id}, ${name}), 'SHA-256', 'hex')"}
- {name: some, type: select_one yn, label: M, relevant: "${sum} > 1"}
- name: kids
  type: repeat
  label: K
  relevant: "${yes} != 'tidak'"
  required: "${number} > 50"
  constraint: "count(.) < 3"
  parameters: max=3
  questions:
    - {name: nick, type: text, label: N, required: "${number} > 3", parameters: max=5}
    - {name: age, type: integer, label: A, relevant: "${nick} != ''", constraint: ". < 18"}
    - {name: weight, type: decimal, label: W, warn: ". > 99"}
    - {name: big, type: select_one yn, label: B, relevant: "position(..) < 3"}
    - {name: likes, type: select_multiple few, label: L, choice_filter: "kec = ${big}"}
    - {name: twice, type: calculate, calculation: "${age} * 2.5"}
    - {name: label, type: calculate, calculation: "concat(${nick}, position(..), random())"}
    - {name: token, type: calculate, calculation: uuid()}
    - {name: kept, type: decimal, label: V, default: "7", read_only: true}
- {name: count, type: integer, label: C}
- name: same
  type: repeat
  label: S
  repeat_count: "${count}"
  parameters: max=4
  questions:
    - {name: w, type: text, label: W, relevant: "position(..) != 2"}
    - {name: x, type: text, label: X, required: "position(..) = ${count}", parameters: format=receipt,
       constraint_message: Kode.}
    - {name: y, type: calculate, calculation: "if(position(..) = 1, ${w}, '')"}
- {name: g, type: group, label: G, relevant: "${number} > 1", questions: [
    {name: tel, type: text, label: P, parameters: format=phone},
    {name: school, type: text, label: P, parameters: format=npsn}]}
"""
APART = """
- {name: mood, type: select_multiple few, label: M, part: apart}
- {name: pain, type: range, label: P, part: alone, required: "${mood} != ''"}
- {name: need, type: repeat, label: N, part: alone, parameters: max=2, questions: [{name: what, type: text, label: W}]}
"""
OUTCOME = """\
outcome:
  show: {show}
  rules:
    - {{level: urgent, when: "${{hidden}} > 5 or ${{agree}}", card: {card}}}
    - {{level: watch, when: "${{number}} > 2", card: calm}}
    - {{level: low, when: "true()", card: calm}}
  cards:
    calm: {{title: C, body: B}}
    alarm: {{title: A, body: B, urgent: true}}
  notes:
    more: {{title: M, body: B, when: "${{level}} = 'low' and ${{third}} < 2"}}
    less: {{title: L, body: B, when: "${{yes}} = ''"}}
"""
HIDDEN = '- {name: hidden, type: calculate, calculation: "${number} + string-length(${name})"}\n'
HIDDEN += '- {name: echo, type: calculate, calculation: "concat(${level}, ${third})"}\n'
HELD = """\
held:
  until: child_reports
  when: "${one} = 'a'"
  title: T
  body: B
"""


def everything(show: str = "", *, parts: bool = False, card: str = "alarm") -> str:
    """Return the text of a form that asks everything: with a level that is shown or not, or with parts."""
    rows = QUESTIONS + (APART if parts else "") + (HIDDEN if show else "")
    rows += "- {name: about, type: text, label: A, relevant: \"${level} != 'low'\"}\n" if show == "respondent" else ""
    lines = "".join(f"  {line}\n" for line in rows.strip().splitlines())
    outcome = OUTCOME.format(show=show, card=card) if show else ""
    pages = "pages:\n- label: P\n  questions:\n  - {name: note, type: note, label: N}\n"
    pages += "  - {name: gate, type: select_one yn, label: G}\n"
    pages += f"- label: Q\n  relevant: \"${{gate}} != 'tidak'\"\n  questions:\n{lines}"
    return HEAD + (PARTS if parts else "") + HELD + pages + outcome


def either(texts: str) -> list[str]:
    """Return the texts between the strokes."""
    return texts.split("|")


FORMATTED = """\
pages:
- label: P
  questions:
  - {name: phone, type: text, label: P, parameters: format=phone}
  - {name: receipt, type: text, label: R, parameters: format=receipt}
  - {name: npsn, type: text, label: S, parameters: format=npsn}
  - {name: nisn, type: text, label: N, parameters: format=nisn}
  - {name: nik, type: text, label: K, parameters: format=nik}
"""


def nearly(draw: random.Random) -> dict[str, list[str]]:
    """Draw numbers of every format that are right, or just not."""

    def digits(count: int) -> str:
        return "".join(draw.choice("0123456789") for _ in range(count))

    def parted(text: str) -> str:
        return "".join(sign + draw.choice(["", "", "", " ", "-", ".", "\u00a0", "("]) for sign in text)

    day, year = draw.choice([draw.randint(0, 75), 29, 69]), draw.choice([draw.randint(0, 99), 0, 24])
    born = f"{day:02}{draw.choice([draw.randint(0, 13), 2]):02}{year:02}"
    number = digits(9)
    code = number + draw.choice([check_digit(number), digits(1)])
    told = {
        "phone": draw.choice(["+62", "62", "0", ""])
        + draw.choice(["8", "81", "84", "725"])
        + digits(draw.randint(4, 11)),
        "receipt": code[: draw.choice([10, 10, 9])],
        "npsn": draw.choice(["", "P", "k", "\u212a"]) + digits(draw.choice([7, 8])),
        "nisn": digits(draw.choice([9, 10, 10, 11])),
        "nik": digits(6) + born + draw.choice(["0000", "0001", digits(4), digits(3)]),
    }
    return {name: [parted(text) if draw.random() < 0.3 else text] for name, text in told.items()}


WORDS = [
    *either(
        "Sulastri Contoh| Siti |ab\r\ncd|a\rb|\n\t x|\u00e0\u00c9|\ufb03|\u0149\u0390|e\u0301|Zz|xxxxxxxxx|xxxxxxxxxx"
    ),
    *either('\x1cq\x1f|\x85r\x85|\ufeffs\ufeff|\u3000t|\u180eu|\u200b|constructor|__proto__|"\\"|\x7f|\u2028'),
    *either("i\u0307|\u0130|\u1e9e|\ua64b|\U00010428|\U0001f600\U0001f600"),
    *(
        part * times
        for part in ("\u00df", "e\u0301", "\u1112\u1161\u11ab", "\U0001f600")
        for times in (5, 7, 9, 40, 99)
    ),
]
NUMBERS = either("0|-0|1|2|3|7|13|60|-9|100|2,5|0.1|1e3|999999999999999|0,000001|.5|5.|-,25|0,00000000000001")
NUMBERS += either("123456789012345|1.75|0.75|\u0663|1 000|--1|16777217|0,3")
DAYS = either("2026-11-22|22/11/2026|1-2-2026|29/02/2024|29/02/2023|2026-11-23|31/4/2026|+1/2/2026|22/11/26|1/1/0999")
DAYS += either("29/2/2000|29/2/1900|2000-02-29|1900-02-29")
CLOCKS = either("8.30|08:30|23:59:59|24:00|00.00|8.3|08:30:00.1234567|7:05:01")
CODES = either("41729 03855|0812-3456-7890|(0725) 41234|+62 812 3456 789|p1234567|10807890|1872014708990001")
PLACES = either("-5.1136, 105.3067|1 2 3|1\u00a02|91 0|1,2,3,4,5|-0 0.0|90.0000001 1")


def texts_for(draw: random.Random, question: Question, spec: FormSpec) -> list[str]:
    """Draw what is posted for one question: mostly what its type may take, now and then anything."""
    kind = question.type
    pool: Sequence[str] = {
        "date": DAYS,
        "time": CLOCKS,
        "dateTime": [f"{draw.choice(DAYS)}{between}{draw.choice(CLOCKS)}" for between in "T "],
        "acknowledge": ("true", "on", "ya"),
        "geopoint": PLACES,
        "text": (*WORDS, *CODES),
        "barcode": WORDS,
    }.get(kind, NUMBERS)
    if question.list_name:
        names = [*spec.listed(question.list_name)]
        if kind == "rank" and draw.random() < 0.7:
            return draw.sample(names, len(names))
        pool = draw.sample(names, min(len(names), 4))
    if draw.random() < 0.1:
        pool = (*HOSTILE, *WORDS, *NUMBERS)
    several = draw.randint(0, 3) if kind in ("select_multiple", "rank") else 1
    return [draw.choice(["", *pool] if draw.random() < 0.2 else pool) for _ in range(several)]


def posted(draw: random.Random, spec: FormSpec) -> dict[str, list[str]]:
    """Draw what is posted to a form."""
    texts: dict[str, list[str]] = {"_nonce": ["x"]}
    often = draw.choice((0.3, 0.7, 0.95))
    for page in spec.pages:
        for question in page.questions:
            if question.children:
                for number in draw.sample(range(5), draw.randint(0, 4)):
                    texts |= {f"{question.name}-{number}-.": ["."]} if draw.random() < 0.1 else {}
                    for child in question.children:
                        if draw.random() < 0.6:
                            texts[f"{question.name}-{number}-{child.name}"] = texts_for(draw, child, spec)
            elif draw.random() < often:
                texts[question.name] = texts_for(draw, question, spec)
    if draw.random() < 0.5:
        texts["_start"] = [f"{draw.choice(DAYS)}T{draw.choice(CLOCKS)}" for _ in range(draw.randint(1, 2))]
    return texts


def plausible(draw: random.Random, spec: FormSpec) -> dict[str, list[str]]:
    """Draw what may well be accepted: few answers, all of their type."""
    few = {
        "name": ["Siti", "a\\b", "\U0001f600"],
        "number": ["1", "2", "3"],
        "real": ["2,5", "-0", "1000000", "0,1"],
        "late": ["ß", "x"],
        "count": ["0", "1", "2"],
        "few": ["z"],
        "day": ["22/11/2026", "1-1-2020"],
        "at": ["22/11/2026 8.30"],
        "step": ["0,25", "1"],
        "mood": ["a", "z"],
        "pain": ["3"],
    }
    texts = {name: [draw.choice(pool)] for name, pool in few.items() if draw.random() < 0.5}
    texts |= {"yes": [draw.choice(["ya", "tidak"])], "one": ["a"], "agree": ["on"], "_start": ["2026-11-22T10:01"]}
    texts |= {"best": ["z", "a", "≥5"]} if "few" in texts else {}
    for number in draw.sample(range(3), draw.randint(0, 2)):
        texts |= {f"kids-{number}-nick": [draw.choice(["Ani", "Budi"])], f"kids-{number}-age": [draw.choice(["", "7"])]}
    texts |= {f"same-{number}-x": ["41729 03855"] for number in range(2)}
    texts |= {"need-1-what": ["Kursi roda"], "gate": [draw.choice(["ya", ""])]} if spec.parts else {}
    return texts


def sampled(draw: random.Random, spec: FormSpec) -> dict[str, list[str]]:
    """Draw what is posted to a form that has a sample: the sample with some answers changed."""
    changed = posted(draw, spec)
    rate = draw.choice((0.0, 0.1, 0.5))
    return {**as_texts(spec.sample), **{name: one for name, one in changed.items() if draw.random() < rate}}


def as_texts(answers: Iterable[tuple[str, Any]]) -> dict[str, list[str]]:
    """Return answers by name as a page posts them."""
    texts: dict[str, list[str]] = {}
    for name, answer in answers:
        if isinstance(answer, list | tuple) and any(isinstance(one, dict) for one in answer):
            for number, entry in enumerate(answer):
                texts |= {f"{name}-{number}-{key}": _texts(one) for key, one in entry.items()}
        else:
            texts[name] = _texts(answer)
    return texts


def _texts(answer: object) -> list[str]:
    return [str(one) for one in answer] if isinstance(answer, list | tuple) else [str(answer)]
