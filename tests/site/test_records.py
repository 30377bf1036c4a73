"""POST /records: what was sealed elsewhere comes in once, exactly as this site could have sealed it, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from forms_app.answers.sizes import SECRET_BYTES, record_bytes
from forms_app.answers.submission import Nonce
from forms_app.errors import StorageFull
from forms_app.sealing.fields import pack, unpack
from forms_app.sealing.keys import Identity, Recipient
from forms_app.sealing.records import Header, SealedRecord, seal
from forms_app.site.intake import Intake, Receipt
from forms_app.site.records import receipt_path
from forms_app.site.services import Services
from forms_app.site.tickets import ticket_tag
from forms_app.specs.model import FormSpec
from forms_app.storage.documents import Event
from forms_app.transfer.acknowledgement import Acknowledgement, read_acknowledgement
from tests.conftest import TODAY
from tests.office.conftest import REGISTRATION, posted

ID = bytes(range(16))
STRANGER = Identity("office", bytes([3]) * 32).recipient


def post(client: FlaskClient, data: bytes, **headers: str) -> TestResponse:
    """Send bytes as a script of our own page does."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/records", data=data, content_type="application/octet-stream", headers=named)


def acknowledged(services: Services, answer: TestResponse) -> Acknowledgement:
    """Return what the answer acknowledges, verified with the site's key."""
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/json"
    return read_acknowledgement(answer.data, services.site, services.site_key.public)


def refused(services: Services, answer: TestResponse, status: int, code: str) -> str:
    """Check that the answer is JSON with this code and that nothing was kept; return its text."""
    assert (answer.status_code, answer.content_type) == (status, "application/json"), answer.text
    assert answer.json is not None
    assert answer.json["code"] == code
    assert services.log.count() == 0
    return str(answer.json["text"])


@pytest.fixture
def office(services: Services) -> Recipient:
    """Return the office's key of the day."""
    return services.office.term_key(TODAY, "s")


@pytest.fixture
def spec(services: Services) -> FormSpec:
    """Return the form of registrations, whose readers are office and event."""
    return services.library.by_id("event_registration")


@pytest.fixture
def secret(services: Services, office: Recipient) -> bytes:
    """Return a secret record as a phone would seal it."""
    return seal(Header(ID, services.site, "s"), b"x", [office], SECRET_BYTES).to_bytes()


def named(services: Services, spec: FormSpec, event: Event | None = None, /, **changes: Any) -> Header:
    """Return the header of a registration, with whatever is said to be different."""
    code = event.code if event else ""
    return replace(Header(ID, services.site, "p", spec.form_id, spec.digest, code, ""), **changes)


def test_a_secret_record_is_kept_and_acknowledged(client: FlaskClient, services: Services, secret: bytes) -> None:
    """The signed line names its bytes, and the head that it stands under; the log holds exactly these bytes."""
    found = acknowledged(services, post(client, secret))
    entry = services.log.find(ID)
    assert entry is not None
    assert (entry.record, entry.head) == (secret, found.head)
    assert (found.record_id, found.record_hash, found.day) == (ID, sha256(secret).digest(), entry.day)
    assert services.log.count(kind="s") == 1
    assert services.log.verify([found.head]) == found.head


def test_sent_again_it_is_acknowledged_again(client: FlaskClient, services: Services, secret: bytes) -> None:
    """The same line comes back, also after others came in, and nothing is stored twice."""
    first = post(client, secret).data
    other = Header(bytes(16), services.site, "s")
    post(client, seal(other, b"y", [services.office.term_key(TODAY, "s")], SECRET_BYTES).to_bytes())
    assert post(client, secret).data == first
    assert services.log.count() == 2


def test_other_bytes_under_a_known_id_are_not_what_is_acknowledged(
    client: FlaskClient, services: Services, secret: bytes, office: Recipient
) -> None:
    """The line names the bytes that are kept, so that the phone sees they are not its own."""
    post(client, secret)
    twin = seal(Header(ID, services.site, "s"), b"z", [office], SECRET_BYTES).to_bytes()
    found = acknowledged(services, post(client, twin))
    assert found.record_hash == sha256(secret).digest() != sha256(twin).digest()


def test_a_named_record_counts_for_its_form_and_event(
    client: FlaskClient, services: Services, office: Recipient, spec: FormSpec, event: Event
) -> None:
    """An event's registration, sealed to the office and the event, with the ticket tag of this very record."""
    tag = ticket_tag(services, event.code, ID)
    readers = [office, Recipient("event", event.public_key)]
    for number, ticket in enumerate(("", tag)):
        header = named(services, spec, event, ticket=ticket, record_id=ID if ticket else bytes([number]) * 16)
        acknowledged(services, post(client, seal(header, b"x", readers, record_bytes(spec)).to_bytes()))
    assert services.log.counts_by(event.code) == {"event_registration": 2}


def test_what_the_site_sealed_itself_is_let_in(
    client: FlaskClient, services: Services, event: Event, spec: FormSpec
) -> None:
    """Every record of the site's own intake, parts included, passes the same door."""
    for form_id, answers in (("event_registration", REGISTRATION), ("odfc_attendance", None)):
        form = services.library.by_id(form_id)
        given = posted(answers) if answers else posted(dict(form.sample))
        taken = Intake(services, form, event, Nonce.fresh(TODAY), "id").take(given)
        assert isinstance(taken, Receipt), taken.problems
    entries = list(services.log.entries())
    assert len(entries) >= 2
    for entry in entries:
        assert entry.record is not None
        assert acknowledged(services, post(client, entry.record)).head == entry.head


def test_a_form_of_yesterday_is_known(client: FlaskClient, services: Services, office: Recipient) -> None:
    """A record names a digest that was served once and has left the folder since."""
    spec = services.library.by_id("training_feedback_post")
    today = replace(services, library=replace(services.library, specs=()))
    app_of_today = _client(today)
    header = named(services, spec)
    record = seal(header, b"x", [office], record_bytes(spec)).to_bytes()
    assert acknowledged(services, post(app_of_today, record)).record_id == ID


def _client(services: Services) -> FlaskClient:
    from forms_app.site.app import assemble

    return assemble(services).test_client()


def test_a_closed_event_takes_what_waited_on_a_phone(
    client: FlaskClient, services: Services, office: Recipient, spec: FormSpec, event: Event
) -> None:
    """The outbox may come a week later."""
    services.events.update(replace(event, closes="2026-11-22T01:00:00+00:00"))
    readers = [office, Recipient("event", event.public_key)]
    acknowledged(
        services, post(client, seal(named(services, spec, event), b"x", readers, record_bytes(spec)).to_bytes())
    )


def test_a_record_for_another_site_is_refused(client: FlaskClient, services: Services, office: Recipient) -> None:
    """It would be nobody's here; only an outbox file may bring it."""
    record = seal(Header(ID, "0" * 16, "s"), b"x", [office], SECRET_BYTES).to_bytes()
    refused(services, post(client, record), 400, "transfer")


@pytest.mark.parametrize("size", [SECRET_BYTES - 1, SECRET_BYTES + 1, 256])
def test_another_size_of_a_secret_record_is_refused(
    client: FlaskClient, services: Services, office: Recipient, size: int
) -> None:
    """All have one size, so that it says nothing."""
    record = seal(Header(ID, services.site, "s"), b"x", [office], size).to_bytes()
    refused(services, post(client, record), 400, "key-refused")


def test_another_key_than_the_offices_is_refused(client: FlaskClient, services: Services) -> None:
    """A record for a stranger would be read by a stranger, and lost to the office."""
    record = seal(Header(ID, services.site, "s"), b"x", [STRANGER], SECRET_BYTES).to_bytes()
    refused(services, post(client, record), 400, "key-refused")


def reader_cases() -> list[tuple[str, Callable[[Recipient, Recipient], list[Recipient]]]]:
    """Return lists of readers that are not those of a registration at an event."""
    other = Identity("event", bytes([5]) * 32).recipient
    return [
        ("office alone", lambda office, _event: [office]),
        ("event alone", lambda _office, event: [event]),
        ("another event", lambda office, _event: [office, other]),
        ("another office", lambda _office, event: [STRANGER, event]),
    ]


@pytest.mark.parametrize("readers", [case for _, case in reader_cases()], ids=[name for name, _ in reader_cases()])
def test_other_readers_than_the_specs_are_refused(
    client: FlaskClient,
    services: Services,
    office: Recipient,
    spec: FormSpec,
    event: Event,
    readers: Callable[[Recipient, Recipient], list[Recipient]],
) -> None:
    """One too few, or one that is not theirs."""
    found = readers(office, Recipient("event", event.public_key))
    record = seal(named(services, spec, event), b"x", found, record_bytes(spec)).to_bytes()
    refused(services, post(client, record), 400, "key-refused")


def test_a_reader_too_many_is_refused(
    client: FlaskClient, services: Services, office: Recipient, spec: FormSpec, event: Event
) -> None:
    """A registration without an event is the office's alone, and so is a part that names only the office."""
    readers = [office, Recipient("event", event.public_key)]
    refused(
        services,
        post(client, seal(named(services, spec), b"x", readers, record_bytes(spec)).to_bytes()),
        400,
        "key-refused",
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"digest": "0" * 64}, "unknown-form"),
        ({"digest": ""}, "unknown-form"),
        ({"form": "odfc_attendance"}, "unknown-form"),
        ({"form": "event_registration/mood"}, "unknown-form"),
        ({"form": ""}, "unknown-form"),
        ({"event": "QQQQQQ"}, "unknown-event"),
        ({"ticket": "0" * 32}, "key-refused"),
        ({"ticket": "x"}, "key-refused"),
    ],
)
def test_a_header_that_this_site_would_not_write_is_refused(
    client: FlaskClient, services: Services, office: Recipient, spec: FormSpec, changes: dict[str, str], code: str
) -> None:
    """Form, digest, part, event and ticket must be known here and belong together."""
    record = seal(named(services, spec, **changes), b"x", [office], record_bytes(spec)).to_bytes()
    refused(services, post(client, record), 400 if code == "key-refused" else 404, code)


def test_a_code_written_otherwise_is_refused(
    client: FlaskClient, services: Services, office: Recipient, spec: FormSpec, event: Event
) -> None:
    """Counts go by the code as it is: small letters would be another event to them."""
    readers = [office, Recipient("event", event.public_key)]
    header = named(services, spec, event, event=event.code.lower())
    refused(services, post(client, seal(header, b"x", readers, record_bytes(spec)).to_bytes()), 404, "unknown-event")


def test_a_form_that_the_event_does_not_have_is_refused(
    client: FlaskClient, services: Services, office: Recipient, event: Event
) -> None:
    """The event's list of forms is its scope."""
    spec = services.library.by_id("training_feedback_post")
    readers = [office, Recipient("event", event.public_key)]
    record = seal(named(services, spec, event), b"x", readers, record_bytes(spec)).to_bytes()
    refused(services, post(client, record), 404, "unknown-event")


def test_a_secret_form_never_comes_in_the_open(client: FlaskClient, services: Services, office: Recipient) -> None:
    """A record that names a secret form is refused: its header would betray the report."""
    spec = services.library.by_id("sos_report")
    record = seal(named(services, spec), b"x", [office], record_bytes(spec)).to_bytes()
    refused(services, post(client, record), 404, "unknown-form")


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}],
)
def test_a_foreign_page_is_refused(
    client: FlaskClient, services: Services, secret: bytes, headers: dict[str, str]
) -> None:
    """As with every other POST, and in JSON."""
    refused(services, post(client, secret, **headers), 403, "refused")


def test_a_form_post_is_refused(client: FlaskClient, services: Services, secret: bytes) -> None:
    """What a page may send without asking first is not taken for a record."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        refused(services, client.post("/records", data=secret, content_type=kind), 403, "refused")


def test_too_much_is_refused_before_it_is_read(client: FlaskClient, services: Services) -> None:
    """No record is larger than the format's own cap."""
    refused(services, post(client, bytes(65_537)), 413, "too-large")
    refused(services, post(client, bytes(300_000)), 413, "too-large")


def test_every_refusal_speaks_the_readers_language(client: FlaskClient, services: Services) -> None:
    """The text is for a person; without another wish it is Indonesian."""
    assert refused(services, post(client, b"x"), 400, "cannot-open").startswith("Data tersegel")


def test_a_look_at_the_address_is_answered_in_json(client: FlaskClient) -> None:
    """Another method than POST is refused in the same way."""
    answer = client.get("/records")
    assert (answer.status_code, answer.content_type) == (405, "application/json")


def test_nothing_is_acknowledged_when_the_disk_is_full(
    client: FlaskClient, services: Services, secret: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """507, with a text that says so."""

    def full(*_: object) -> None:
        raise StorageFull("penuh")

    monkeypatch.setattr(services.log, "append", full)
    refused(services, post(client, secret), 507, "storage-full")


@given(data=st.data())
def test_no_bytes_make_it_stumble(client: FlaskClient, services: Services, secret: bytes, data: st.DataObject) -> None:
    """Random bytes, and records that were cut, lengthened or changed anywhere, give 200 or 4xx, never 500."""
    kind = data.draw(st.sampled_from(["random", "flip", "cut", "fields"]))
    if kind == "random":
        sent = data.draw(st.binary(max_size=4_000))
    elif kind == "flip":
        changed = bytearray(secret)
        for _ in range(data.draw(st.integers(1, 3))):
            changed[data.draw(st.integers(0, len(secret) - 1))] = data.draw(st.integers(0, 255))
        sent = bytes(changed)
    elif kind == "cut":
        sent = secret[: data.draw(st.integers(0, len(secret)))] + data.draw(st.binary(max_size=9))
    else:
        header, *rest = unpack(secret, 4)
        parts = list(unpack(header, 10))
        parts[data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=120))
        sent = pack(pack(*parts), *rest)
    answer = post(client, sent)
    assert answer.status_code in (200, 400, 403, 404, 413)
    assert answer.content_type == "application/json"
    if answer.status_code == 200:
        acknowledged(services, answer)


def test_the_receipt_offers_a_signed_proof(client: FlaskClient, services: Services, event: Event) -> None:
    """A link on the receipt of a public form leads to the site's signed line, without answers, form or event."""
    spec = services.library.by_id("event_registration")
    taken = Intake(services, spec, event, Nonce.fresh(TODAY), "id").take(posted(REGISTRATION))
    assert isinstance(taken, Receipt)
    path = f"/r/{receipt_path(taken.identity)}"
    assert f'href="{path}/bukti.json"' in client.get(path).text
    answer = client.get(f"{path}/bukti.json")
    found = acknowledged(services, answer)
    assert found.record_id == taken.identity
    assert "attachment" in answer.headers["Content-Disposition"]
    told = json.dumps(found.__dict__, default=str)
    assert event.code not in told
    assert "registration" not in told


def test_of_a_secret_record_no_proof_is_given_out(client: FlaskClient, services: Services, secret: bytes) -> None:
    """A file on a shared phone must not prove that something was reported."""
    post(client, secret)
    path = f"/r/{receipt_path(ID)}"
    assert "bukti.json" not in client.get(path).text
    assert client.get(f"{path}/bukti.json").status_code == 404


@pytest.mark.parametrize("receipt", ["x", "a" * 26, "é", "a" * 300])
def test_of_an_unknown_receipt_there_is_no_proof(client: FlaskClient, receipt: str) -> None:
    """Whatever stands in the address."""
    assert client.get(f"/r/{receipt}/bukti.json").status_code == 404


def test_a_posted_record_is_the_one_spelling(services: Services, secret: bytes) -> None:
    """What is stored reads back to the same bytes."""
    assert SealedRecord.from_bytes(secret).to_bytes() == secret
