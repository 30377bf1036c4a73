"""What a view may use, handed over as one value. The only file that names `current_app`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app

from forms_app.answers.submission import now
from forms_app.errors import N_, PeksosError, SettingsError, UnknownEvent
from forms_app.sealing.keyfiles import read_seed
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import OfficeStatement
from forms_app.settings import Settings
from forms_app.site.keys import OFFICE_FILE, SECRET_FILE, SITE_FILE, SITE_KEY_FILE, pinned_office
from forms_app.specs.library import Library, read_library
from forms_app.specs.model import FormSpec
from forms_app.specs.problems import SpecProblem
from forms_app.specs.readiness import unready
from forms_app.specs.signoffs import FOLDER, Signoff, read_signoffs
from forms_app.storage.documents import Audit, Event, Events, Packages, ServedForms, Sessions, Staff
from forms_app.storage.log import Log
from forms_app.storage.papers import Papers
from forms_app.storage.pushes import Pushes
from forms_app.storage.tables import open_database


@dataclass(frozen=True)
class Services:
    """One running site: its settings, forms, keys and stores.

    `shut` has the secret forms that are not open here, and what the site lacks for each.

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
    audit: Audit
    served: ServedForms
    papers: Papers
    pushes: Pushes
    transaction: Callable[[], AbstractContextManager[object]]
    close: Callable[[], None]
    clock: Callable[[], datetime] = now
    shut: Mapping[str, Sequence[SpecProblem]] = field(default_factory=dict)

    @property
    def site(self) -> str:
        """Return the site's id: the id of its signing key."""
        return self.site_key.key_id


def open_site(settings: Settings, clock: Callable[[], datetime] = now) -> Services:
    """Return the site of an instance folder; raise SettingsError when it was never set up, or has no forms."""
    instance = settings.instance
    missing = [name for name in (OFFICE_FILE, SITE_FILE, SITE_KEY_FILE, SECRET_FILE) if not (instance / name).is_file()]
    if missing:
        message = N_("Folder {instance} belum disiapkan. Jalankan: peksos init {instance} --office office.pub")
        raise SettingsError(message, instance=instance)
    library = read_library(settings.forms, settings.instance / "cache")
    if not library.specs:
        raise SettingsError(N_("Di folder {forms} tidak ada formulir. Periksa PEKSOS_FORMS."), forms=settings.forms)
    keys = _keys(instance)
    database = open_database(settings.database)
    try:
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
        **_shelves(database),
        transaction=database.transaction,
        close=database.close,
        clock=clock,
        shut=_shut(library, settings),
    )


def _keys(instance: Path) -> dict[str, Any]:
    site_key = SigningKey(read_seed(instance / SITE_KEY_FILE, "site"))
    secret = read_seed(instance / SECRET_FILE, "secret")
    return {"office": pinned_office(instance, site_key), "site_key": site_key, "secret": secret}


def _shelves(database: Any) -> dict[str, Any]:
    """Return the small documents of a site, by the names under which `Services` hands them out."""
    return {
        "events": Events(database),
        "staff": Staff(database),
        "sessions": Sessions(database),
        "packages": Packages(database),
        "audit": Audit(database),
        "papers": Papers(database),
        "pushes": Pushes(database),
    }


def signoffs_of(settings: Settings) -> dict[str, Signoff]:
    """Return the sign-offs that hold at a site: those beside its forms, and its own."""
    return read_signoffs(settings.forms / FOLDER, settings.instance / FOLDER)


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


def package_folder(settings: Settings) -> Path:
    """Return the folder of finished packages, made on first use."""
    folder = settings.instance / "packages"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
