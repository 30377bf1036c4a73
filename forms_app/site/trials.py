"""Trying the office's keys before anybody's answers are sealed to them: a wrong key would lose every one of them."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import date

from forms_app.answers.submission import WIB, day_number
from forms_app.errors import N_, KeyRefused, TransferError
from forms_app.sealing.keys import Recipient
from forms_app.sealing.records import OPAQUE, Header, record_id, seal
from forms_app.sealing.statements import Term
from forms_app.site.keys import need_keys
from forms_app.site.services import Services
from forms_app.specs.model import FormSpec
from forms_app.specs.retention import classes_of
from forms_app.storage.kinds import Tried
from forms_app.transfer.trial import CHALLENGE_SIZE, SIZE, Trial, plaintext, read_reply, statement_digest


def need_tried_keys(services: Services, spec: FormSpec, day: date) -> None:
    """Raise KeyRefused unless all that a filling of this form becomes can be sealed, and opened again."""
    for name in classes_of(spec):
        sealing_key(services, day, name)


def awaits_trial(services: Services, spec: FormSpec, day: date) -> bool:
    """Whether a form is shut only because its keys were not tried; raise KeyRefused when there is no key at all."""
    need_keys(services.office, spec, day)
    return any(_tried_key(services, day, name) is None for name in classes_of(spec))


def sealing_key(services: Services, day: date, retention: str) -> Recipient:
    """Return the key that a record of this class is sealed to: the youngest that the office has shown to open.

    A new key that nobody has tried shuts nothing while one before it is still in force. Raises KeyRefused when there is
    no key, or none that was tried: nothing real is sealed to it.
    """
    found = _tried_key(services, day, retention)
    if found is None:
        raise KeyRefused(N_("Formulir ini belum dibuka. Petugas perlu mencoba kunci kantor dulu: peksos trial."))
    return found


def _tried_key(services: Services, day: date, retention: str) -> Recipient | None:
    """Return that key, or None when no key of the day was tried; raise KeyRefused when the day has none."""
    newest = services.office.term_key(day, retention)
    if is_tried(services, newest.key_id):
        return newest
    tried = tuple(one for one in services.office.terms if one.covers(day) and is_tried(services, one.key_id))
    try:
        return replace(services.office, terms=tried).term_key(day, retention)
    except KeyRefused:
        return None


def is_tried(services: Services, key_id: str) -> bool:
    """Whether the office has shown that it opens what is sealed to this key."""
    return services.trials is None or services.trials.is_proven(key_id)


def untried(services: Services) -> list[Term]:
    """Return the keys that pages seal to now or later, and that the office has not shown to open."""
    today = services.clock().astimezone(WIB).date()
    return [
        term
        for term in services.office.terms
        if term.revoked is None and term.last >= today and not is_tried(services, term.key_id)
    ]


def make_trial(services: Services) -> tuple[bytes, int]:
    """Return the file for the office, and to how many keys it holds a record; raise TransferError when none is left.

    Each time anew: only the reply to the newest trial of a key counts.
    """
    terms, trials = untried(services), services.trials
    if not terms or trials is None:
        raise TransferError(N_("Semua kunci kantor sudah dicoba. Tidak ada yang perlu dicoba lagi."))
    today, records = day_number(services.clock().astimezone(WIB).date()), []
    with services.transaction():
        for term in terms:
            challenge = os.urandom(CHALLENGE_SIZE)
            header = Header(record_id(today, os.urandom(16), challenge), services.site, OPAQUE)
            records.append(seal(header, plaintext(challenge), [term.recipient], SIZE))
            made = services.clock().isoformat()
            trials.keep(Tried(term.key_id, hashlib.sha256(challenge).hexdigest(), made))
    trial = Trial(services.site, statement_digest(services.office), tuple(records))
    return trial.sign(services.site_key), len(records)


def accept_reply(services: Services, data: bytes) -> list[str]:
    """Take in the office's reply; return the ids of the keys that it proves.

    Raises BadSignature for what this office did not sign for this site, TransferError when nothing in it answers the
    newest trial.
    """
    opened = read_reply(data, services.office, services.site)
    trials, proven = services.trials, []
    with services.transaction():
        for key_id, found in opened.items():
            tried = trials.get(key_id) if trials else None
            if trials and tried and tried.challenge == found:
                trials.keep(replace(tried, proven=tried.proven or services.clock().isoformat()))
                proven.append(key_id)
        if proven:
            services.audit.write(services.clock().isoformat(), "-", "trial", " ".join(proven))
    if not proven:
        raise TransferError(N_("Jawaban ini bukan untuk uji coba yang terakhir. Buat lagi: peksos trial --out."))
    return proven
