"""Camera and place: asked of the phone by a tap, never by themselves, and let go of at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from tests.browser.conftest import SCREEN, Ask
from tests.browser.filling import write
from tests.browser.test_widgets import send
from tests.conftest import FLAGS

CARD = "{name: card, type: barcode, label: Kode kartu}"
GATE = "{name: gate, type: geopoint, label: Letak gerbang, sensitivity: public}"
WATCHED = """
window.asked = []
const watch = (thing, name) => {
  const own = thing && thing[name].bind(thing)
  if (own) thing[name] = (...given) => { window.asked.push(name); return own(...given) }
}
watch(navigator.mediaDevices, "getUserMedia")
watch(navigator.geolocation, "getCurrentPosition")
"""
# Chromium has no BarcodeDetector on Linux: one that reads the third picture of the (real, if invented) camera.
DETECTOR = """
window.BarcodeDetector = class {
  async detect(video) {
    this.looks = (this.looks || 0) + 1
    return video.videoWidth && this.looks > 2 ? [{ rawValue: " 8991234567890 " }] : []
  }
}
"""


@pytest.fixture
def camera(chromium: Browser) -> Iterator[Browser]:
    """Return a Chromium whose camera shows a test picture."""
    kind: BrowserType = chromium.browser_type
    flags = [*FLAGS, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    browser = kind.launch(executable_path=installed(), args=flags)
    yield browser
    browser.close()


def installed() -> str:
    """Return the Chromium of the system; the fixture before has found it."""
    return str(next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))))


def phone(browser: Browser, url: str, script: str, **given: object) -> Page:
    """Return a page that notes what it asks the phone for."""
    page = browser.new_context(service_workers="block", viewport=SCREEN, locale="id-ID", **given).new_page()
    page.set_default_timeout(10_000)
    page.add_init_script(script)
    page.add_init_script(WATCHED)
    page.goto(url)
    return page


def test_both_are_typed_where_the_phone_cannot(page: Page, ask: Ask, scripted: bool):
    """Without a camera that reads codes, and without the script, both are text fields."""
    asked = ask([CARD, GATE])
    page.goto(asked.url)
    expect(page.get_by_role("button", name="Pindai dengan kamera")).to_be_hidden()
    write(page, "card", "8991234567890")
    write(page, "gate", "-5.1136, 105.3067")
    send(page, scripted=scripted)
    assert asked.answers() == {"card": "8991234567890", "gate": "-5.1136 105.3067 0 0"}


def test_a_code_is_read_after_a_tap_and_the_camera_let_go(camera: Browser, ask: Ask):
    """Nothing is asked of the phone before the tap; once a code is read the picture and the camera are gone."""
    asked = ask([CARD])
    page = phone(camera, asked.url, DETECTOR)
    button = page.get_by_role("button", name="Pindai dengan kamera")
    expect(button).to_be_visible()
    assert page.evaluate("asked") == []
    page.evaluate("""() => {
        const own = navigator.mediaDevices.getUserMedia
        navigator.mediaDevices.getUserMedia = async given => window.stream = await own(given)
    }""")
    button.click()
    expect(page.locator("[name=card]")).to_have_value("8991234567890")
    expect(page.locator("video")).to_have_count(0)
    assert page.evaluate("stream.getTracks().map(track => track.readyState)") == ["ended"]
    expect(button).to_be_visible()
    page.context.close()


def test_a_second_tap_or_another_step_closes_the_camera(camera: Browser, ask: Ask):
    """The camera runs only while its picture is in sight."""
    asked = ask([CARD], ["{name: t, type: text, label: T}"])
    page = phone(camera, asked.url, DETECTOR.replace("this.looks > 2", "false"))
    for leave in ("[data-scan]", "#next"):
        page.locator("[data-scan]").click()
        expect(page.locator("video")).to_be_visible()
        expect(page.locator("[data-scan]")).to_have_text("Tutup kamera")
        page.locator(leave).click()
        expect(page.locator("video")).to_have_count(0)
    page.context.close()


def test_a_camera_that_is_refused_says_what_to_do(chromium: Browser, ask: Ask):
    """Without permission the person is told to type, and nothing else happens."""
    page = phone(chromium, ask([CARD]).url, DETECTOR)
    page.locator("[data-scan]").click()
    expect(page.locator("#q-card .msg")).to_have_text("Kamera belum bisa dipakai. Ketik kodenya.")
    page.context.close()


def test_a_place_is_taken_after_a_tap(chromium: Browser, ask: Ask):
    """Nothing is asked of the phone before the tap; the site keeps what the phone measured."""
    asked = ask([GATE])
    place = {"latitude": -5.1136, "longitude": 105.3067, "accuracy": 12}
    page = phone(chromium, asked.url, "", geolocation=place, permissions=["geolocation"])
    assert page.evaluate("asked") == []
    page.get_by_role("button", name="Ambil lokasi").click()
    expect(page.locator("#say")).to_have_text("Letak sudah diisi. Ketepatan 12 meter.")
    assert page.evaluate("asked") == ["getCurrentPosition"]
    send(page, scripted=True)
    assert asked.answers() == {"gate": "-5.1136 105.3067 0 12"}
    page.context.close()


def test_a_place_that_is_not_found_says_what_to_do(chromium: Browser, ask: Ask):
    """A refusal is answered beside the field, and the place can be typed."""
    page = phone(chromium, ask([GATE]).url, "")
    page.get_by_role("button", name="Ambil lokasi").click()
    expect(page.locator("#q-gate .msg")).to_have_text("Letak belum ditemukan. Coba di luar ruangan, atau ketik.")
    expect(page.get_by_role("button", name="Ambil lokasi")).to_be_enabled()
    page.context.close()


def test_other_forms_may_not_even_ask(chromium: Browser, ask: Ask):
    """The headers let a page ask for the camera or the place only if its form does."""
    page = phone(chromium, ask([GATE]).url, "")
    allowed = page.evaluate("document.featurePolicy.allowedFeatures()")
    assert {"camera", "geolocation", "microphone"} & set(allowed) == {"geolocation"}
    page.context.close()
