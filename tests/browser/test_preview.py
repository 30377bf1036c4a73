"""The preview in a real browser: a save changes the page, a mistake appears beside it and goes again."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FrameLocator, Page, expect
from werkzeug.serving import make_server

from forms_app.cli.preview import preview_app
from forms_app.cli.workshop import Workshop
from forms_app.settings import Settings
from forms_app.translation import shipped


@dataclass(frozen=True)
class Desk:
    """An author's screen: the preview, the form in its frame, and the file."""

    page: Page
    path: Path

    @property
    def form(self) -> FrameLocator:
        """Return the frame that holds the form."""
        return self.page.frame_locator("#form")

    def save(self, old: str, new: str) -> None:
        """Change the file as an editor does."""
        text = self.path.read_text(encoding="utf-8")
        assert old in text
        self.path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def desk(chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Open the preview of the registration; fail the test when a script fails or a policy blocks something."""
    monkeypatch.setenv("PEKSOS_LANGUAGE", "id")
    folder = Path(shutil.copytree(shipped("form_specs"), tmp_path / "forms"))
    workshop = Workshop(folder / "event_registration.yaml", Settings())
    server = make_server("127.0.0.1", 0, preview_app(workshop), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    context = chromium.new_context(viewport={"width": 1280, "height": 860}, locale="id-ID")
    context.set_default_timeout(10_000)
    found: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.goto(f"http://127.0.0.1:{server.port}/")
    yield Desk(page, workshop.path)
    context.close()
    server.shutdown()
    thread.join()
    workshop.close()
    assert found == []


def test_a_save_changes_the_form(desk: Desk):
    """The new text is there without a hand on the browser, in the language that was chosen."""
    expect(desk.form.get_by_role("heading", name="Pendaftaran kegiatan")).to_be_visible()
    desk.save("heading: Pendaftaran kegiatan", "heading: {id: Daftar di sini, en: Register here}")
    expect(desk.form.get_by_role("heading", name="Daftar di sini")).to_be_visible()
    desk.page.get_by_role("button", name="English", exact=True).click()
    expect(desk.form.get_by_role("heading", name="Register here")).to_be_visible()
    desk.save("en: Register here", "en: Sign up here")
    expect(desk.form.get_by_role("heading", name="Sign up here")).to_be_visible()


def test_a_mistake_comes_and_goes(desk: Desk):
    """It stands beside the last good form with its line, is counted in the title, and vanishes once mended."""
    panel = desk.page.locator("#panel")
    expect(panel.get_by_role("heading", name="Formulir sudah benar.")).to_be_visible()
    desk.save("appearance: tel", "appearance: telp")
    expect(panel.get_by_role("heading", name="1 kesalahan")).to_be_visible()
    expect(panel).to_contain_text("appearance.unknown")
    expect(panel.locator("pre")).to_contain_text("appearance: telp")
    expect(desk.page).to_have_title("(1) Pratinjau: event_registration.yaml")
    expect(desk.form.get_by_role("heading", name="Pendaftaran kegiatan")).to_be_visible()
    desk.save("appearance: telp", "appearance: tel")
    expect(panel.get_by_role("heading", name="Formulir sudah benar.")).to_be_visible()
    expect(desk.page).to_have_title("Pratinjau: event_registration.yaml")


def test_what_is_typed_stays_while_only_the_check_changes(desk: Desk):
    """A save that breaks the file, or changes no more than the sample, does not take the filling away."""
    desk.form.get_by_label("Nama lengkap").fill("Sutinah")
    desk.save("full_name: Sulastri Contoh", "full_name: S")
    expect(desk.page.locator("#panel")).to_contain_text("sample.refused")
    expect(desk.form.get_by_label("Nama lengkap")).to_have_value("Sutinah")


def test_the_form_is_as_wide_as_a_phone(desk: Desk):
    """360 pixels at first, wider when asked."""
    frame = desk.page.locator("#form")
    assert frame.evaluate("one => one.getBoundingClientRect().width") == 360
    desk.page.get_by_role("button", name="Tablet 768").click()
    assert frame.evaluate("one => one.getBoundingClientRect().width") == 768
    expect(desk.page.get_by_role("button", name="Tablet 768")).to_have_attribute("aria-pressed", "true")
    expect(desk.page.get_by_role("button", name="HP 360")).to_have_attribute("aria-pressed", "false")


def test_a_trial_filling_shows_what_would_be_kept(desk: Desk):
    """Sent from the frame like by anybody; the receipt is in the frame, the records beside it."""
    desk.form.get_by_text("Tamu", exact=True).click()
    desk.form.get_by_label("Nama lengkap").fill("Sutinah Contoh")
    desk.form.get_by_role("button", name="Lanjut").click()
    desk.form.get_by_text("Saya setuju data ini dipakai untuk kegiatan ini.").click()
    while desk.form.get_by_role("button", name="Lanjut").is_visible():
        desk.form.get_by_role("button", name="Lanjut").click()
    desk.form.get_by_role("button", name="Kirim").click()
    expect(desk.form.get_by_text("Kode bukti", exact=True)).to_be_visible()
    panel = desk.page.locator("#panel")
    expect(panel.get_by_role("heading", name="Catatan utama")).to_be_visible()
    expect(panel.get_by_role("row", name="full_name")).to_contain_text("Sutinah Contoh")
    desk.page.get_by_role("button", name="Kirim contoh isian").click()
    expect(panel.get_by_role("row", name="children")).to_contain_text("1. nick: Rini, kelas: 1 (Kelas 1)")


def test_the_preview_is_accessible(desk: Desk):
    """Axe finds nothing on the preview's own page, with problems, notes and a trial in it."""
    desk.page.get_by_role("button", name="Kirim contoh isian").click()
    expect(desk.page.get_by_role("heading", name="Catatan utama")).to_be_visible()
    desk.save("choices:\n", "choices:\n  old: [{name: x, label: Ya}]\n")
    desk.save("label: Nama lengkap", "label: Nama yang baru")
    expect(desk.page.locator("#panel")).to_contain_text("language.missing")
    found = Axe().run(desk.page, options={"iframes": False})
    assert [one["id"] for one in found.response["violations"]] == []
