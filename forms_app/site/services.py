"""What a view may use, handed over as one value. The only file that names `current_app`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from flask import current_app

from forms_app.answers.submission import day_of, now
from forms_app.errors import N_, PeksosError, SettingsError, StorageFull, UnknownEvent
from forms_app.sealing.keyfiles import read_seed
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import OfficeStatement
from forms_app.settings import Settings
from forms_app.site.clock import SiteClock
from forms_app.site.keys import OFFICE_FILE, SECRET_FILE, SITE_FILE, SITE_KEY_FILE, pinned_office, refuse_older
from forms_app.specs.library import Library, read_library
from forms_app.specs.model import FormSpec
from forms_app.specs.problems import SpecProblem
from forms_app.specs.readiness import unready
from forms_app.specs.signoffs import FOLDER, Signoff, read_signoffs
from forms_app.storage.carried import Orders, Packages, Receipts
from forms_app.storage.documents import Audit, Event, Events, Sessions, Staff
from forms_app.storage.log import Log
from forms_app.storage.notes import BACKUPS, TRIALS, Notes
from forms_app.storage.numbers import SITE_NUMBERS, Numbers
from forms_app.storage.papers import Papers
from forms_app.storage.pushes import Pushes
from forms_app.storage.reserve import Reserve
from forms_app.storage.served import ServedForms
from forms_app.storage.tables import SQLDatabase, open_database
from forms_app.storage.trials import Trials

Done = TypeVar("Done")


@dataclass(frozen=True)
class Services:
    """One running site: its settings, forms, keys and stores.

    `trials` tells which of the office's keys were tried; None where nothing real is taken in, so that none needs to be.
    `clock` tells the time that counts here, which an impossible time of the computer does not change.
    `shut` has the secret forms that are not open here, and what the site lacks for each. `reserve` is the room that a
    full disk still has for the desk.

    What one thread stores inside `with transaction()` is on the disk, as a whole, when that ends.
    """

    settings: Settings
    library: Library
    office: OfficeStatement
    site_key: SigningKey
    secret: bytes = field(repr=False)
    log: Log
    events: Events
    staff: Staff
    sessions: Sessions
    packages: Packages
    receipts: Receipts
    orders: Orders
    audit: Audit
    served: ServedForms
    papers: Papers
    pushes: Pushes
    backups: Notes
    restore_trials: Notes
    transaction: Callable[[], AbstractContextManager[object]]
    close: Callable[[], None]
    clock: Callable[[], datetime] = now
    trials: Trials | None = None
    shut: Mapping[str, Sequence[SpecProblem]] = field(default_factory=dict)
    reserve: Reserve | None = None

    @property
    def site(self) -> str:
        """Return the site's id: the id of its signing key."""
        return self.site_key.key_id

    @property
    def has_room(self) -> bool:
        """Whether answers may be stored: not on the room that a full disk still has for the desk."""
        return self.reserve is None or self.reserve.held or self.reserve.hold()

    def with_room(self, work: Callable[[], Done]) -> Done:
        """Return what work for the desk returns; where the disk is full it is done once more, on the reserve."""
        try:
            return work()
        except StorageFull:
            if self.reserve is None or not self.reserve.give_up():
                raise
            return work()

    @property
    def sure_of_time(self) -> bool:
        """Whether the time that was last told is that of the computer: nobody is sent away for another."""
        return bool(getattr(self.clock, "sure", True))


def open_site(settings: Settings, clock: Callable[[], datetime] = now) -> Services:
    """Return the site of an instance folder; raise SettingsError when it was never set up, or has no forms."""
    instance = settings.instance
    refuse_unprepared(instance)
    library = read_library(settings.forms, settings.instance / "cache")
    if not library.specs:
        raise SettingsError(N_("Di folder {forms} tidak ada formulir. Periksa PEKSOS_FORMS."), forms=settings.forms)
    keys = _keys(instance)
    database = open_database(settings.database)
    try:
        refuse_older(keys["office"], Numbers(database, SITE_NUMBERS))
        log = Log(database, keys["site_key"].key_id)
    except PeksosError:
        database.close()
        raise
    served = ServedForms(database)
    served.keep({spec.digest: spec.source for spec in library})
    return Services(
        settings=settings,
        library=library,
        **keys,
        log=log,
        served=served,
        **stores(database),
        transaction=database.transaction,
        close=database.close,
        clock=_site_clock(clock, keys["office"], log),
        trials=None if settings.sample else Trials(database),
        shut=_shut(library, settings),
        reserve=_reserve(settings),
    )


def refuse_unprepared(instance: Path) -> None:
    """Raise SettingsError when a folder was never set up as a site."""
    if not all((instance / name).is_file() for name in (OFFICE_FILE, SITE_FILE, SITE_KEY_FILE, SECRET_FILE)):
        message = N_("Folder {instance} belum disiapkan. Jalankan: peksos init {instance} --office office.pub")
        raise SettingsError(message, instance=instance)


def _keys(instance: Path) -> dict[str, Any]:
    site_key = SigningKey(read_seed(instance / SITE_KEY_FILE, "site"))
    secret = read_seed(instance / SECRET_FILE, "secret")
    return {"office": pinned_office(instance, site_key), "site_key": site_key, "secret": secret}


def stores(database: SQLDatabase) -> dict[str, Any]:
    """Return the small stores of a site in an open database, by their names in Services."""
    return {
        "events": Events(database),
        "staff": Staff(database),
        "sessions": Sessions(database),
        "packages": Packages(database),
        "receipts": Receipts(database),
        "orders": Orders(database),
        "audit": Audit(database),
        "papers": Papers(database),
        "pushes": Pushes(database),
        "backups": Notes(database, BACKUPS),
        "restore_trials": Notes(database, TRIALS),
    }


def signoffs_of(settings: Settings) -> dict[str, Signoff]:
    """Return the sign-offs that hold at a site: those beside its forms, and its own."""
    return read_signoffs(settings.forms / FOLDER, settings.instance / FOLDER)


def _site_clock(wall: Callable[[], datetime], office: OfficeStatement, log: Log) -> SiteClock:
    last = next(log.entries(log.head().seq - 1, 1), None) if log.head().seq else None
    return SiteClock(wall, ((term.first, term.last) for term in office.terms), day_of(last.day) if last else None)


def _reserve(settings: Settings) -> Reserve | None:
    """Return the room that is kept free where the answers are stored; PostgreSQL looks after its own disk."""
    return Reserve(settings.instance, settings.reserve) if settings.database.startswith("sqlite") else None


def _shut(library: Library, settings: Settings) -> dict[str, Sequence[SpecProblem]]:
    signoffs = signoffs_of(settings)
    found = {spec.form_id: unready(spec, settings, signoffs) for spec in library if spec.secret}
    return {form_id: problems for form_id, problems in found.items() if problems}


def services() -> Services:
    """Return the services of the running application."""
    found: Services = current_app.extensions["peksos"]
    return found


def known_event(site: Services, code: str) -> Event:
    """Return the event with this code, however it was typed; raise UnknownEvent."""
    event = site.events.get(code)
    if event is None:
        raise UnknownEvent(N_("Kode ini belum kami kenal. Periksa lagi huruf dan angkanya di poster."))
    return event


def forms_of(site: Services, event: Event) -> list[FormSpec]:
    """Return the forms of an event that are still in the folder, in the event's order."""
    return [spec for spec in map(site.library.get, event.forms) if spec]


def extension(name: str) -> Any:
    """Return what a room attached to the running application under its own name."""
    return current_app.extensions[name]


def push_folder(settings: Settings) -> Path:
    """Return the folder of packages on their way to the inbox; it need not be there."""
    return settings.instance / "push"


def package_folder(settings: Settings) -> Path:
    """Return the folder of finished packages, made on first use."""
    folder = settings.instance / "packages"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
