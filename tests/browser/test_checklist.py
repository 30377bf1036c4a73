"""The teacher's checklist on a real page: the card at once, the level by the rules, and nothing left behind."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live
from tests.browser.filling import choose, fill_in

with_script = pytest.mark.parametrize("scripted", [True], ids=["script"], indirect=True)
FORCED = """() => {
    const form = document.getElementById("form")
    form.querySelectorAll("[type=text], textarea").forEach(each => each.value = "Kenari")
    form.requestSubmit()
    form.submit()
    form.querySelectorAll("[data-n]").forEach(each => each.name = each.dataset.n)
    form.method = "post"
    form.submit()
}"""
"""What the most stubborn of browsers could do to a form."""


def fill(page: Page, live: Live, **changes: str) -> None:
    """Fill the whole checklist with its sample answers and these changes."""
    spec = live.services.library.by_id("detection_checklist_teacher")
    answers = {**dict(spec.sample), "facts": "Tanggal 3: datang terlambat.", **changes}
    fill_in(page, spec, answers, scripted=True)


@with_script
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Belum ada tanda kuat"),
        ({"b1": "2"}, "Dekati anak dengan santai"),
        ({"p1": "1"}, "HARI INI"),
    ],
)
def test_the_card_follows_the_rules(page: Page, live: Live, changes: dict[str, str], said: str):
    """Low, watch and urgent answers each end with their own card and a receipt."""
    page.goto(f"{live.url}/f/5")
    fill(page, live, **changes)
    page.locator("#send").click()
    expect(page.locator("main")).to_contain_text(said)
    expect(page.locator("output")).to_be_visible()
    assert live.services.log.count(kind="s") == 1


def test_a_yes_to_danger_opens_the_emergency_card_before_anything_is_sent(page: Page, live: Live, scripted: bool):
    """The card with the numbers is there at once; without script it is there from the start."""
    page.goto(f"{live.url}/f/5")
    if scripted:
        expect(page.locator("#alarm")).to_be_hidden()
        choose(page, "d3", "ya")
    expect(page.locator("#alarm")).to_be_visible()
    expect(page.locator("#alarm")).to_contain_text("BUKAN pengganti telepon")
    assert page.locator('#alarm a[href="tel:112"]').count() == 1
    assert live.services.log.count() == 0


@with_script
def test_after_a_yes_the_rest_may_stay_empty(page: Page, live: Live):
    """In danger nobody is made to answer 29 questions: the one Yes is enough to send."""
    page.goto(f"{live.url}/f/5")
    choose(page, "d3", "ya")
    while page.locator("#next").is_visible():
        page.locator("#next").click()
    page.locator("#send").click()
    expect(page.locator("main")).to_contain_text("TELEPON SEKARANG")
    expect(page.locator("output")).to_be_visible()


@pytest.mark.parametrize("scripted", [False], ids=["no-script"], indirect=True)
@pytest.mark.parametrize("slug", ["5", "6", "7"])
def test_without_script_the_page_explains_itself_and_sends_nothing(page: Page, live: Live, slug: str):
    """It says why and whom to call; there is nothing to fill in or press, and a form that is forced sends nothing."""
    page = page.context.new_page()  # whose policy is to block something
    page.goto(f"{live.url}/f/{slug}")
    expect(page.get_by_text("Formulir ini disegel di HP, dan itu perlu JavaScript.")).to_be_visible()
    expect(page.locator("#form a[href='/bantuan']").first).to_be_visible()
    expect(page.locator("#alarm a[href='tel:112']")).to_be_visible()
    shown = page.locator("form").locator("input, select, textarea, button").all()
    assert len(shown) > 10
    assert not [control for control in shown if control.is_visible()]
    left: list[str] = []
    page.on("request", lambda request: left.append(f"{request.method} {request.url}"))
    page.keyboard.press("Enter")
    page.evaluate(FORCED)
    page.wait_for_timeout(300)
    assert [one for one in left if not one.endswith("/favicon.ico")] == []
    assert page.url == f"{live.url}/f/{slug}"
    assert live.services.log.head().seq == 0


@pytest.mark.parametrize("scripted", [False], ids=["no-script"], indirect=True)
def test_without_script_help_is_one_tap_away(page: Page, live: Live):
    """The link of the explanation leads to every number."""
    page.goto(f"{live.url}/f/5")
    page.locator("#form a[href='/bantuan']").first.click()
    expect(page.locator("a[href='tel:129']").first).to_be_visible()


def test_titles_and_addresses_name_nothing(page: Page, live: Live):
    """Neither the title nor the address tells what is being filled in."""
    page.goto(f"{live.url}/f/5")
    assert page.title() == "Formulir 5"
    assert page.url.endswith("/f/5")


def test_the_quick_exit_leaves_a_page_that_says_nothing(page: Page, live: Live):
    """One tap leads to a neutral page."""
    page.goto(f"{live.url}/f/5")
    page.get_by_text("Keluar cepat").click()
    page.wait_for_url("**/keluar")
    assert "PEKSOS" not in page.content()
