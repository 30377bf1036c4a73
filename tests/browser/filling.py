"""What people do on a form page, the same with and without script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page

from forms_app.specs.model import FormSpec


def pick(page: Page, question: str, label: str) -> None:
    """Tap the answer with this label."""
    page.locator(f"#q-{question} label").filter(has_text=label).first.click()


def choose(page: Page, question: str, value: str) -> None:
    """Choose a value, be it in a list to open or one to tap."""
    listed = page.locator(f"#q-{question} select")
    if listed.count():
        listed.select_option(value)
    else:
        page.locator(f'#q-{question} label:has(input[value="{value}"])').first.click()


def write(page: Page, name: str, text: str) -> None:
    """Type into a field."""
    page.locator(f'[name="{name}"], [data-n="{name}"]').fill(text)


def forth(page: Page, *, scripted: bool) -> None:
    """Go on to the next step, where there are steps."""
    if scripted:
        page.locator("#next").click()


def fill_in(page: Page, spec: FormSpec, answers: Mapping[str, Any], *, scripted: bool) -> None:
    """Give these answers step by step, as far as the page asks; what is left empty is not touched."""
    for section in spec.pages:
        for question in section.questions:
            answer = answers.get(question.name) or []
            for one in [answer] if isinstance(answer, str) else answer:
                if question.type.startswith("select") and "minimal" not in question.appearance:
                    page.locator(f'#q-{question.name} label:has(input[value="{one}"])').click()
                elif question.type.startswith("select"):
                    choose(page, question.name, one)
                elif question.type == "acknowledge":
                    page.locator(f"#q-{question.name} label").click()
                else:
                    write(page, question.name, one)
        forth(page, scripted=scripted)


def awake(page: Page) -> None:
    """Wait until the script has come that sends for the page: it takes two seconds from the first touch."""
    page.locator("h1").first.click()
    while not page.evaluate("!!(window.peksosPhone || {}).send"):
        page.wait_for_timeout(100)
