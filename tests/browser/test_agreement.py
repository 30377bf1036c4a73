"""The phone and the site ask the same questions, whatever is answered, changed and taken back on the way.

The phone works out again only what waits for the answer that was touched; the site works out everything at once.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.datastructures import MultiDict

from forms_app.answers.filling import fill
from forms_app.answers.submission import WIB, now
from forms_app.site.intake import event_data
from forms_app.specs.model import FormSpec
from forms_app.specs.types import TYPES
from tests.browser.conftest import SCREEN, Ask, Live

# Answers at random what stands on the page, hidden or not, as a person would: a tap, a text, a number.
ANSWER = """picks => {
  const all = selector => [...document.querySelectorAll(selector)]
  for (const [place, draw, text] of picks) {
    const out = "button,[type=hidden],:disabled,[name^=_],[name$=_],[data-n^=_],[data-n$=_]"
    const controls = all("main [name],main [data-n]").filter(one => !one.matches(out))
    const control = controls[Math.floor(place * controls.length)]
    if (/radio|checkbox/.test(control.type)) control.checked = control.type == "radio" || !control.checked
    else if (control.options) control.selectedIndex = Math.floor(draw * control.options.length)
    else if (control.type == "date") control.value = draw < .3 ? "" : "2026-11-2" + Math.floor(draw * 10)
    else if (control.type == "time") control.value = draw < .3 ? "" : "08:30"
    else control.value = draw < .3 ? "" : control.type == "number" ? Math.floor(draw * 8) : text
    control.dispatchEvent(new Event("input", { bubbles: true }))
    control.dispatchEvent(new Event("change", { bubbles: true }))
  }
}"""
STATE = """() => ({
  asked: [...document.querySelectorAll(".q")].filter(at => !at.closest("[hidden],:disabled")).map(at => at.id.slice(2)),
  sent: [...document.querySelectorAll("#form :is(input,select,textarea),#nonce")].flatMap(one => {
    const name = one.name || one.dataset.n, off = /radio|checkbox/.test(one.type) && !one.checked
    if (!name || off || one.matches(":disabled")) return []
    return one.options ? [...one.selectedOptions].map(each => [name, each.value]) : [[name, one.value]]
  }),
})"""
"""What is asked on the page, and what it would send, be it by names or, where it is sealed, without any."""


def asked_by_the_site(spec: FormSpec, sent: list[list[str]], event: dict[str, str]) -> set[str]:
    """Return the questions that the site asks of what the page would send, those of entries too."""
    posted = MultiDict((name, text) for name, text in sent)
    today = now().astimezone(WIB)
    filled = fill(spec, posted, event, today.date(), when=today, seed=posted["_nonce"])
    found = set()
    for question in spec.questions():
        if question.name in filled.relevant and TYPES[question.type].kind(question, spec) != "hidden":
            found.add(question.name)
        for entry in filled.entries.get(question.name, ()):
            found |= {
                f"{question.name}-{entry.number}-{step.name}" for step in entry.relevant if step.kind.widget != "hidden"
            }
    return found


def compare(page: Page, spec: FormSpec, event: dict[str, str], seed: int, turns: int = 12) -> None:
    """Answer at random, a few at a time, and compare what is asked after each turn."""
    random = Random(seed)  # noqa: S311 - the same answers at every run
    for _turn in range(turns):
        words = ("Sutinah", "sd", "2", "ya", "sangat panjang sekali")
        picks = [[random.random(), random.random(), random.choice(words)] for _ in range(random.randint(1, 6))]
        page.evaluate(ANSWER, picks)
        state: dict[str, Any] = page.evaluate(STATE)
        here, there = set(state["asked"]), asked_by_the_site(spec, state["sent"], event)
        # A group of which nothing is asked is not shown; an entry that holds nothing does not exist for the site.
        groups = {one.name for one in spec.questions() if one.type == "group"}
        uncounted = tuple(f"{one.name}-" for one in spec.questions() if one.children and not one.repeat_count)
        known = {one for one in here if not (uncounted and one.startswith(uncounted)) or one in there}
        shown, expected = ({one for one in names if one.rpartition("-")[2] not in groups} for names in (known, there))
        assert shown == expected, picks


@pytest.mark.parametrize("form_id", ["event_registration", "detection_checklist_teacher", "odfc_attendance"])
def test_the_shipped_forms(chromium: Browser, live: Live, form_id: str):
    """Registration, checklist and attendance."""
    spec = live.services.library.by_id(form_id)
    event = {} if spec.secret else event_data(live.event)
    page = chromium.new_context(service_workers="block", viewport=SCREEN, locale="id-ID").new_page()
    for seed in range(3):
        page.goto(f"{live.url}/f/{spec.slug}" if spec.secret else f"{live.url}/e/{live.event.code.lower()}/{spec.slug}")
        compare(page, spec, event, seed)
    page.context.close()


GROUP = (
    "{name: g, type: group, label: G, relevant: '${sum} > 2', questions: ["
    "{name: b, type: select_one yn, label: B}, {name: h, type: group, questions: ["
    "{name: c, type: text, label: C, relevant: \"${b} = 'ya'\"}]}]}"
)
KIDS = (
    "{name: kids, type: repeat, label: Anak, relevant: \"${a} != 'tidak'\", questions: ["
    "{name: nick, type: text, label: Nama}, {name: age, type: integer, label: Umur, relevant: \"${nick} != ''\"}, "
    "{name: big, type: group, label: Besar, relevant: '${age} > 3 and position(..) < 3', questions: ["
    "{name: job, type: text, label: Kerja, relevant: '${m} > 1'}]}]}"
)
SAME = (
    "{name: same, type: repeat, label: Sama, repeat_count: '${count}', questions: ["
    "{name: w, type: text, label: W}, "
    "{name: x, type: text, label: X, relevant: \"${w} != '' or position(..) = ${count}\"}]}"
)
TANGLED = (
    [
        "{name: late, type: text, label: L, relevant: \"${sum} > 3 or ${mid} = 'ya'\"}",
        "{name: a, type: select_one yn, label: A}",
        "{name: n, type: integer, label: N, relevant: \"${a} = 'ya'\"}",
        "{name: m, type: integer, label: M}",
        "{name: sum, type: calculate, calculation: 'coalesce(${n}, 0) + coalesce(${m}, 0) + count(${kids})'}",
        "{name: mid, type: select_one yn, label: Mid, relevant: '${sum} > 1'}",
    ],
    [
        GROUP,
        KIDS,
        "{name: count, type: integer, label: Berapa, parameters: min=0 max=4}",
        SAME,
        "{name: old, type: text, label: O, relevant: 'max(${age}) > 2 or count-non-empty(${x}) > 1'}",
        "{name: kec, type: select_multiple yn, label: Kec}",
        "{name: kel, type: select_one ynu, label: Kel, choice_filter: 'selected(${kec}, name)'}",
        "{name: end, type: text, label: E, relevant: \"${kel} = 'ya' and ${once} < 0.7\"}",
        "{name: once, type: calculate, calculation: once(random())}",
    ],
)


def test_a_form_in_which_everything_waits_for_everything(chromium: Browser, ask: Ask):
    """Questions before what they wait for, groups in groups, entries that count, filters and chance."""
    asked = ask(*TANGLED)
    (spec,) = asked.site.services.library
    page = chromium.new_context(service_workers="block", viewport=SCREEN, locale="id-ID").new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    for seed in range(6):
        page.goto(asked.url)
        page.evaluate("document.querySelector('[data-max]').click()")
        compare(page, spec, {}, seed, turns=20)
    page.context.close()
