"""What people do on a form page, the same with and without script."""

from __future__ import annotations

from playwright.sync_api import Page


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
    page.locator(f'[name="{name}"]').fill(text)


def forth(page: Page, *, scripted: bool) -> None:
    """Go on to the next step, where there are steps."""
    if scripted:
        page.locator("#next").click()
