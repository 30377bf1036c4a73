"""Setting a site up: its folder and keys, the accounts of its desk, and its events."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from forms_app.answers.submission import now
from forms_app.errors import N_, SettingsError, UnknownForm
from forms_app.sealing.durable import durable
from forms_app.sealing.keyfiles import lock_seed, unlock_seed, write_seed
from forms_app.sealing.keys import Identity, Recipient, seal_to
from forms_app.sealing.passwords import STANDARD, Cost, hash_password
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import (
    OfficeStatement,
    SiteStatement,
    make_site_statement,
    read_office_statement,
    read_site_statement,
)
from forms_app.site.services import OFFICE_FILE, SECRET_FILE, SITE_KEY_FILE, Services
from forms_app.storage.codes import new_code
from forms_app.storage.documents import Event, EventKeys, StaffMember

ROLES = ("coordinator", "admin")
SITE_FILE = "site.pub"
EVENT_SEED = "event"  # what an event's seed is sealed for


def create_site(instance: Path, office: bytes, name: str, spoken: str = "") -> tuple[SiteStatement, OfficeStatement]:
    """Make a site's folder with its keys and pin the office; return both statements.

    `office` is the office's signed statement, `spoken` its words as heard from the office. Raises SettingsError when
    a site is here already, BadSignature or KeyRefused when the statement is not to be believed.
    """
    statement = read_office_statement(office, spoken=spoken)
    if (instance / SITE_KEY_FILE).exists():
        raise SettingsError(N_("Di folder {instance} sudah ada kunci. Pilih folder lain."), instance=instance)
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    instance.chmod(0o700)
    key = SigningKey.generate()
    own = make_site_statement(key, key.key_id, name)
    write_seed(instance / SECRET_FILE, os.urandom(32), "secret")
    for file_name, content in ((OFFICE_FILE, office.strip()), (SITE_FILE, own)):
        with durable(instance / file_name) as file:
            file.write(content + b"\n")
    write_seed(instance / SITE_KEY_FILE, key.seed, "site")  # last: with it the folder counts as a site
    return read_site_statement(own), statement


def add_staff(services: Services, name: str, role: str, password: str, cost: Cost = STANDARD) -> StaffMember:
    """Make an account with a key of its own, whose private half lies under the password; raise StorageError if taken."""
    if role not in ROLES:
        raise SettingsError(N_("Peran harus salah satu: {known}."), known=", ".join(ROLES))
    key = Identity.generate("staff")
    member = StaffMember(
        name=name,
        role=role,
        password=hash_password(password, cost),
        public=b64encode(key.recipient.public).decode(),
        sealed_seed=lock_seed(key.seed, password, f"staff/{name}", cost),
        created=now().isoformat(),
    )
    services.staff.add(member)
    services.audit.write(now().isoformat(), "-", "user-add", name)
    return member


def staff_identity(member: StaffMember, password: str) -> Identity:
    """Return an account's key; raise WrongPassphrase."""
    return Identity("staff", unlock_seed(member.sealed_seed, password, f"staff/{member.name}"))


def add_event(services: Services, event: Event) -> Event:
    """Keep a new event, with a key of its own where one of its forms has the event among its readers.

    The key's seed is sealed to the accounts that exist now and kept nowhere else; without accounts there is no key,
    and only the office reads. Raises UnknownForm, SettingsError or StorageError.
    """
    if not event.forms or event.opens >= event.closes:
        raise SettingsError(N_("Kegiatan perlu formulir, dan waktu tutup sesudah waktu buka."))
    specs = [services.library.by_id(form_id) for form_id in event.forms]
    if any(spec.secret for spec in specs):
        raise UnknownForm(N_("Formulir rahasia tidak boleh menjadi bagian dari kegiatan."))
    named = replace(event, code=event.code or new_code(), created=event.created or now().isoformat())
    accounts = services.staff.all()
    if accounts and any("event" in spec.readers for spec in specs):
        named = replace(named, keys=_event_keys(named.code, accounts))
    return services.events.add(named)


def _event_keys(code: str, accounts: list[StaffMember]) -> EventKeys:
    key = Identity.generate("event")
    seeds = {one.name: b64encode(_sealed_seed(one, code, key.seed)).decode() for one in accounts}
    return EventKeys(key_id=key.recipient.key_id, public=b64encode(key.recipient.public).decode(), seeds=seeds)


def _sealed_seed(member: StaffMember, code: str, seed: bytes) -> bytes:
    return seal_to(Recipient("staff", b64decode(member.public)), EVENT_SEED, code.encode(), seed)


def event_identity(event: Event, member: StaffMember, key: Identity) -> Identity:
    """Return the event's key, opened by an account that was there when it was made; raise CannotOpen."""
    sealed = b64decode(event.keys.get("seeds", {}).get(member.name, ""))
    return Identity("event", key.open_sealed(EVENT_SEED, event.code.encode(), sealed))


def iso(moment: datetime) -> str:
    """Return a time as it is kept."""
    return moment.isoformat()
