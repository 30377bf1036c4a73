"""Trying the office's keys before anybody's answers are sealed to them: a wrong key would lose every one of them."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import date

from forms_app.answers.submission import WIB, day_number
from forms_app.errors import N_, KeyRefused, TransferError
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
    need_keys(services.office, spec, day)
    for name in classes_of(spec) if services.trials else ():
        refuse_untried(services, services.office.term_key(day, name).key_id)


def refuse_untried(services: Services, key_id: str) -> None:
    """Raise KeyRefused for a key that the office has not shown to open: nothing real is sealed to it."""
    if not is_tried(services, key_id):
        raise KeyRefused(N_("Formulir ini belum dibuka. Petugas perlu mencoba kunci kantor dulu: peksos trial."))


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
