"""The kit of a form: with it a phone seals what the office opens; of what a phone may not know it is silent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from forms_app.answers.filling import fill
from forms_app.answers.recheck import StoredAnswers
from forms_app.answers.submission import PHONE, Submission
from forms_app.office.household import Household
from forms_app.office.opened import Specs, open_archived
from forms_app.sealing.keys import Identity
from forms_app.sealing.layout import SealedRecord
from forms_app.sealing.statements import make_office_statement
from forms_app.site.app import assemble
from forms_app.site.enrolment import add_event
from forms_app.site.intake import event_data
from forms_app.site.kit import NAMED_BY, kit_address
from forms_app.site.services import Services
from forms_app.specs.library import read_library, say
from forms_app.specs.model import FormSpec
from forms_app.specs.reader import read_spec
from forms_app.storage.archive import ArchivedRecord
from forms_app.storage.documents import Event
from forms_app.storage.tables import open_database
from forms_app.storage.trials import Trials
from forms_app.translation import shipped
from tests.conftest import NOW, PASSPHRASE, TODAY
from tests.phone import Ended, Phone
from tests.programme.filling import fields_of

FORMS = [spec.form_id for spec in read_library(shipped("form_specs"))]
SECRET = "detection_checklist_teacher"
SILENT = "detection_checklist_parent"


@pytest.fixture
def everything(services: Services) -> Event:
    """Return an event for every form that is not secret, with a key of its own."""
    return add_event(
        services,
        Event(
            code="",
            title="One Day for Children",
            forms=tuple(spec.form_id for spec in services.library if not spec.secret),
            opens="2026-11-22T00:00:00+00:00",
            closes="2026-11-24T00:00:00+00:00",
            date="2026-11-23T01:00:00+00:00",
            school="SD Contoh",
            jenjang="paud",
            place="Halaman sekolah",
            topic="deteksi_dini",
        ),
    )


@pytest.fixture
def identities(household: Household) -> dict[str, Identity]:
    """Return the office's keys."""
    return household.unlock(PASSPHRASE)


@pytest.fixture
def spec(services: Services) -> FormSpec:
    """Return a secret form that tells its level."""
    return services.library.by_id(SECRET)


def kit_of(client: FlaskClient, spec: FormSpec, event: Event | None = None, language: str = "id") -> dict[str, Any]:
    """Return the kit of a form."""
    answer = client.get(kit_address(spec, event), headers={"Accept-Language": language})
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    kit: dict[str, Any] = answer.get_json()
    return kit


class Shelf:
    """The forms that the office has."""

    def __init__(self, services: Services) -> None:
        self._sources = {spec.digest: spec.source for spec in services.library}

    def spec_source(self, digest: str, /) -> str | None:
        """Return the form of a digest, or None."""
        return self._sources.get(digest)

    def spec_sources(self) -> list[str]:
        """Return all forms."""
        return list(self._sources.values())


def opened_at_the_office(services: Services, identities: Mapping[str, Identity]) -> Iterator[Any]:
    """Yield every record of the log as the office opens and judges it."""
    specs = Specs(Shelf(services))
    for entry in services.log.entries():
        if entry.record:
            header = SealedRecord.from_bytes(entry.record).header
            around = (entry.epoch, entry.seq, entry.day, header.kind, header.form, header.event)
            yield open_archived(
                ArchivedRecord(entry.record_id, services.site, *around, entry.record), identities, specs
            )


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("form_id", FORMS)
def test_with_its_kit_every_form_is_filled_in_and_sealed(
    phone: Phone,
    client: FlaskClient,
    services: Services,
    everything: Event,
    identities: dict[str, Identity],
    form_id: str,
    language: str,
):
    """What a phone seals of the sample opens at the office without a flaw, filled in as the site would have done."""
    spec = services.library.by_id(form_id)
    event = None if spec.secret else everything
    fields = fields_of(dict(spec.sample))
    opened = phone.open(client, spec, event, language)
    ended = opened.send(fields)
    assert (ended.status, ended.code, ended.problems) == (200, "", ())
    posted = StoredAnswers({name: tuple(texts) for name, texts in fields.items()})
    seed = {"seed": opened.nonce, "language": language}
    filled = fill(spec, posted, event_data(event), TODAY, when=NOW, **seed)
    found = {one.submission.part: one for one in opened_at_the_office(services, identities)}
    parts = [part.name for part in spec.parts if filled.part_answers(part.name)]
    assert sorted(found) == ["", *sorted(parts)]
    for part, one in found.items():
        assert (one.form.partition("/")[0], one.flaws) == (form_id, ())
        assert one.submission.answers == filled.part_answers(part)
        assert (one.submission.channel, one.submission.language, one.submission.version) == (
            PHONE,
            language,
            spec.version,
        )
    assert (found[""].level, found[""].submission.calculated) == (filled.level, filled.calculated)
    assert f"<output>{ended.receipt[:5]} {ended.receipt[5:]}</output>" in ended.page


def refusal(answer: Any) -> str:
    """Return what a refusal says, which must be JSON with a code and a text."""
    assert answer.mimetype == "application/json"
    assert answer.get_json().keys() == {"code", "text"}
    return str(answer.get_json()["code"])


def test_only_a_form_of_this_site_has_a_kit(client: FlaskClient, spec: FormSpec):
    """Another digest, the form's name, or more or less of its digest than pages name: no such kit, told as JSON."""
    right = spec.digest[:NAMED_BY]
    wrong = "0" * NAMED_BY, right[:-1], spec.digest, spec.form_id, spec.slug, right[::-1], f"{right} ", "%00"
    assert client.get(f"/kit/{right}").status_code == 200
    for name in wrong:
        answer = client.get(f"/kit/{name}")
        assert (answer.status_code, refusal(answer)) == (404, "unknown-form"), name


def test_an_older_page_finds_its_own_kit(
    phone: Phone, client: FlaskClient, services: Services, identities: dict[str, Identity], spec: FormSpec
):
    """A phone that opened the form before it changed seals that version, and the office opens it."""
    opened = phone.open(client, spec)
    newer = read_spec(json.dumps({**json.loads(spec.source), "version": "99"}), spec.form_id)
    assert newer.digest != spec.digest
    rest = tuple(one for one in services.library if one.form_id != spec.form_id)
    today = assemble(replace(services, library=replace(services.library, specs=(newer, *rest)))).test_client()
    later = replace(opened, client=today, kit=kit_of(today, spec))
    assert later.kit["recipe"]["version"] == spec.version
    assert kit_of(today, newer)["recipe"]["version"] == "99"
    assert later.send(dict(spec.sample)).status == 200
    (found,) = opened_at_the_office(services, identities)
    assert (found.spec.digest, found.submission.version, found.flaws) == (spec.digest, spec.version, ())


def test_a_shut_form_gives_no_kit(services: Services, spec: FormSpec):
    """Neither of today's version nor of an older one: what may not be filled in may not be sealed either."""
    shut = replace(services, shut={SECRET: ()})
    older = replace(shut, library=replace(services.library, specs=()))
    for site in (shut, older):
        answer = assemble(site).test_client().get(kit_address(spec, None))
        assert (answer.status_code, refusal(answer)) == (403, "refused")


def test_without_a_tried_key_there_is_no_kit(services: Services, spec: FormSpec):
    """Nothing real is sealed to a key that nobody has shown to open; a phone is told so in words that it can show."""
    fresh = replace(services, trials=Trials(open_database("sqlite://")))
    answer = assemble(fresh).test_client().get(kit_address(spec, None), headers={"Accept-Language": "id"})
    assert (answer.status_code, refusal(answer)) == (400, "key-refused")
    assert "peksos trial" in answer.get_json()["text"]


def test_a_kit_is_made_anew_for_another_key(services: Services, spec: FormSpec):
    """What was made once is given out again only while the same keys are in force."""
    app = assemble(services)
    assert kit_of(app.test_client(), spec)["parts"][0]["key"] in services.office.key_ids
    app.extensions["peksos"] = replace(services, trials=Trials(open_database("sqlite://")))
    assert app.test_client().get(kit_address(spec, None)).status_code == 400


def test_the_kit_of_an_event_is_its_own(client: FlaskClient, services: Services, everything: Event):
    """It has the event's data, and its key where the event reads; without the event it has neither."""
    form = services.library.by_id("event_registration")
    kit, plain = kit_of(client, form, everything), kit_of(client, form)
    assert kit["event"] == {"code": everything.code, "data": event_data(everything)}
    assert bytes.fromhex(kit["event_key"]["public"]) == everything.public_key
    assert (plain["event"], plain["event_key"]) == ({"code": "", "data": {}}, None)
    assert {one["name"]: one["readers"] for one in kit["parts"]} == {
        "": list(form.readers),
        **{part.name: list(part.readers) for part in form.parts},
    }


def test_a_kit_for_an_event_that_does_not_have_the_form_is_refused(
    client: FlaskClient, services: Services, event: Event, spec: FormSpec
):
    """An unknown code, and a form that the event does not ask: so no secret form ever bears an event."""
    form = services.library.by_id("event_registration")
    assert client.get(f"/kit/{form.digest[:NAMED_BY]}/{event.code}").status_code == 200
    for address in (f"/kit/{form.digest[:NAMED_BY]}/zzzzzz", kit_address(spec, event)):
        answer = client.get(address)
        assert (answer.status_code, refusal(answer)) == (404, "unknown-event")


def test_a_kit_speaks_the_language_of_its_page(client: FlaskClient, spec: FormSpec):
    """By the address, else by what the browser wishes."""
    english, plain = kit_of(client, spec, language="en"), kit_of(client, spec)
    assert (english["recipe"]["language"], plain["recipe"]["language"]) == ("en", "id")
    assert say(spec.closing, "en") in english["ends"]["sent"][""]
    assert say(spec.closing, "id") in plain["ends"]["sent"][""]
    chosen = client.get(f"{kit_address(spec, None)}?lang=en", headers={"Accept-Language": "id"}).get_json()
    assert chosen["recipe"] == english["recipe"]


def test_whatever_decides_a_level_that_is_never_shown_is_not_in_the_kit(services: Services):
    """Of two forms that differ in rules, levels and sums the phone gets the same, but for the digest."""
    spec = services.library.by_id(SILENT)
    tree = json.loads(spec.source)
    rules = tree["outcome"]["rules"]
    rules[1]["when"], rules[2]["when"] = "${b_top} >= 3 or ${c_sum} >= 39", "${c_top} >= 17"
    rules[1]["level"], rules[2]["level"] = "watch", "urgent"
    changed = read_spec(json.dumps(tree), SILENT)
    assert changed.digest != spec.digest
    kits = []
    for one in (spec, changed):
        site = replace(services, library=replace(services.library, specs=(one,)))
        text = json.dumps(kit_of(assemble(site).test_client(), one)).replace(one.digest, "")
        kits.append(text)
    assert kits[0] == kits[1]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_parents_kit_holds_no_level_no_rule_and_no_sum(client: FlaskClient, services: Services, language: str):
    """Neither what is worked out for the office alone, nor a card that only some would see, nor a level's name."""
    spec = services.library.by_id(SILENT)
    kit = kit_of(client, spec, language=language)
    assert (kit["shown"], kit["recipe"]["outcome"]) == (False, {"card": "thanks"})
    assert kit["ends"]["sent"].keys() == kit["ends"]["unsent"].keys() == {""}
    assert kit["ends"]["notes"] == {}
    told = set(tokens({**kit, "office": ""}))
    assert not told & {"low", "watch", "urgent", "immediate", "level", "c_sum", "c_top", "b_top", "rules", "now"}


def tokens(value: Any) -> Iterator[str]:
    """Yield every key and every whole text of a kit."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from tokens(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from tokens(inner)
    elif isinstance(value, str):
        yield value


def test_what_a_parent_seals_says_nothing_of_its_level(
    phone: Phone, client: FlaskClient, services: Services, identities: dict[str, Identity]
):
    """The record that leaves the phone has neither level nor sums, whatever was answered; the office works them out."""
    spec = services.library.by_id(SILENT)
    quiet = phone.send(client, spec, dict(spec.sample))
    loud = phone.send(client, spec, {**dict(spec.sample), "hd2": "ya"})
    sealed = [Submission.from_bytes(open_one(identities, one)) for ended in (quiet, loud) for one in ended.records]
    assert [(one.level, one.level_shown) for one in sealed] == [("", False)] * 2
    assert not {"c_sum", "c_top", "b_top"} & {name for one in sealed for name in one.calculated}
    levels = [one.level for one in opened_at_the_office(services, identities)]
    assert levels == ["low", "immediate"]
    assert without_code(quiet) == without_code(loud)
    assert len(quiet.records[0]) == len(loud.records[0])


def open_one(identities: Mapping[str, Identity], record: bytes) -> bytes:
    """Return what the office reads in the bytes that left a phone."""
    sealed = SealedRecord.from_bytes(record)
    return identities[sealed.wraps[0].key_id].open(sealed)


def without_code(ended: Ended) -> str:
    """Return the page at the end but for its code."""
    return ended.page.replace(f"{ended.receipt[:5]} {ended.receipt[5:]}", "")


def test_the_same_page_sent_again_is_one_record(phone: Phone, client: FlaskClient, services: Services, spec: FormSpec):
    """Sealed twice the bytes differ, but not the record: both are acknowledged as the one that came first."""
    opened = phone.open(client, spec)
    first = opened.send(dict(spec.sample))
    again = phone.seal(opened.kit, dict(spec.sample), opened.nonce, NOW)
    answer = client.post("/records", data=again["records"][0]["bytes"], content_type="application/octet-stream")
    assert answer.status_code == 200
    assert answer.data.strip().decode() in first.said
    assert again["receipt"] == first.receipt
    assert again["records"][0]["bytes"] != first.records[0]
    assert services.log.count() == 1


def test_another_office_than_the_phone_knows_is_refused(
    phone: Phone, client: FlaskClient, services: Services, spec: FormSpec
):
    """With the root of the office that it met before a phone seals; with any other it does not."""
    opened = phone.open(client, spec)
    root = services.office.root.hex()
    assert opened.send(dict(spec.sample), root="ab" * 32).code == "office"
    assert services.log.count() == 0
    assert opened.send(dict(spec.sample), root=root).status == 200


def test_an_older_statement_than_the_phone_knows_is_refused(
    phone: Phone, client: FlaskClient, services: Services, spec: FormSpec
):
    """The number met before, or a higher one, seals; a lower one does not, unless nothing newer can be had."""
    opened, sample, number = phone.open(client, spec), dict(spec.sample), services.office.number
    assert opened.send(sample, newest=number + 1).code == "older"
    assert phone.ask("check", opened.kit, root=None, newest=number + 1)["failed"] == "older"
    assert services.log.count() == 0
    for more in ({"newest": number}, {"newest": number - 1}, {"newest": number + 1, "alone": True}):
        assert phone.send(client, spec, sample, **more).status == 200
    told = phone.ask("check", opened.kit, root=None)
    assert (told["root"], told["revoked"]) == (services.office.root.hex(), [])


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("more", [0, 1])
def test_a_key_that_is_known_to_be_given_up_is_never_sealed_to(
    phone: Phone, client: FlaskClient, services: Services, spec: FormSpec, alone: bool, more: int
):
    """An old genuine statement does not know it: the phone does, with a line or without; another key does no harm."""
    opened, sample = phone.open(client, spec), dict(spec.sample)
    known = {"newest": services.office.number + more, "alone": alone}
    key = opened.kit["parts"][0]["key"]
    assert opened.send(sample, **known, revoked=["00" * 8, key]).code == "older"
    assert "telepon nomor bantuan" in opened.send(sample, **known, revoked=[key]).page
    assert services.log.count() == 0
    if alone or not more:
        assert opened.send(sample, **known, revoked=["00" * 8]).status == 200


def test_the_phone_learns_which_keys_were_given_up(
    phone: Phone, client: FlaskClient, services: Services, household: Household, spec: FormSpec
):
    """From each statement that it reads: the number, and the keys that it revokes."""
    kit = phone.open(client, spec).kit
    unused = next(term for term in services.office.terms if term.key_id != kit["parts"][0]["key"])
    terms = [replace(one, revoked=TODAY) if one == unused else one for one in services.office.terms]
    kit["office"] = make_office_statement(household.root(PASSPHRASE), "Kantor", 9, terms).decode()
    told = phone.ask("check", kit, root=services.office.root.hex(), newest=8)
    assert (told["newest"], told["revoked"]) == (9, [unused.key_id])


def test_what_is_there_can_be_sent_first_and_added_to(
    phone: Phone, client: FlaskClient, services: Services, identities: dict[str, Identity], spec: FormSpec
):
    """What is partial says so and has no flaw for what it misses; what follows names the code before it."""
    first = phone.send(client, spec, {"d1": "tidak"}, partial=True)
    assert (first.status, first.problems) == (200, ())
    last = phone.send(client, spec, dict(spec.sample), follows=first.receipt)
    assert last.status == 200
    one, two = opened_at_the_office(services, identities)
    assert (one.submission.partial, one.submission.follows, one.submission.answers) == (True, "", {"d1": "tidak"})
    assert (two.submission.partial, two.submission.follows) == (False, first.receipt)
    assert one.flaws == two.flaws == ()
    assert phone.send(client, spec, {"d1": "tidak"}).problems != ()
