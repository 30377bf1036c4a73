"""The office's folder: its keys, the sites it knows, and the archive of sealed records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from forms_app.errors import N_, KeyRefused, SealingError, SettingsError, WrongPassphrase
from forms_app.office.keyfolder import (
    KEYS,
    ROOT_FILE,
    ROOT_PURPOSE,
    finish_change,
    make_folder,
    make_term,
    no_keys,
    purpose,
)
from forms_app.sealing.durable import durable
from forms_app.sealing.keyfiles import Keyring, refuse_exposed
from forms_app.sealing.keys import Identity
from forms_app.sealing.passwords import STANDARD, Cost
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import (
    NAME_SIZE,
    OfficeStatement,
    SiteStatement,
    make_office_statement,
    read_office_statement,
    read_site_statement,
)
from forms_app.specs.retention import CLASSES
from forms_app.storage.archive import Archive
from forms_app.storage.documents import Audit
from forms_app.storage.erasures import Erasures
from forms_app.storage.ledger import Ledger
from forms_app.storage.notes import OFFICE_BACKUPS, TRIALS, Notes
from forms_app.storage.numbers import Numbers
from forms_app.storage.sites import Sites
from forms_app.storage.tables import open_database
from forms_app.storage.verdicts import Verdicts

STATEMENT, DATABASE = "office.pub", "office.sqlite"


@dataclass(frozen=True)
class Household:
    """An office that is open: what it announces, whom it knows and what it keeps. Its keys stay locked."""

    folder: Path
    statement: OfficeStatement
    archive: Archive
    ledger: Ledger
    verdicts: Verdicts
    erasures: Erasures
    numbers: Numbers
    sites: Sites
    audit: Audit
    backups: Notes
    restore_trials: Notes
    close: Callable[[], None]

    @property
    def keys(self) -> Path:
        """Return the folder of the key files."""
        return self.folder / KEYS

    def unlock(self, passphrase: str) -> dict[str, Identity]:
        """Return the term keys that this passphrase opens, by key id: others may lie under a passphrase of their own.

        Raises WrongPassphrase when it opens none, KeyRefused when no key file is here, other accounts can read one, or
        none can be read.
        """
        files = sorted(self.keys.glob("term-*.key"))
        if not files:
            raise no_keys()
        refuse_exposed(self.folder, self.keys, *sorted(self.keys.glob("*.key")))
        keyring = Keyring(passphrase)
        found: dict[str, Identity] = {}
        refused: list[SealingError] = []
        for path in files:
            key_id = path.stem.removeprefix("term-")
            try:
                found[key_id] = Identity("office", keyring.read(path, purpose(path)))
            except (WrongPassphrase, KeyRefused) as error:
                refused.append(error)
        if not found:
            raise next((one for one in refused if isinstance(one, WrongPassphrase)), refused[0])
        return found

    def root(self, passphrase: str) -> SigningKey:
        """Return the key that signs for the office; raise WrongPassphrase, or KeyRefused when it is not here."""
        path = self.keys / ROOT_FILE
        if not path.is_file():
            message = N_("Kunci tanda tangan kantor tidak ada. Pulihkan: peksos-office key recover")
            raise KeyRefused(message)
        refuse_exposed(self.folder, self.keys, path)
        root = SigningKey(Keyring(passphrase).read(path, ROOT_PURPOSE))
        if root.public != self.statement.root:
            raise KeyRefused(N_("Berkas {file} bukan dari kantor ini. Ambil lagi dari cadangan."), file=STATEMENT)
        return root

    def enrol(self, statement: bytes, spoken: str = "") -> SiteStatement:
        """Take a site in, by its own signed statement; raise BadSignature or KeyRefused."""
        site, enrolled = read_site_statement(statement, spoken=spoken), self.enrolled()
        if site.key_id not in enrolled and site.site in {one.site for one in enrolled.values()}:
            raise KeyRefused(
                N_("Tempat dengan nama ini sudah terdaftar dengan kunci lain. Tanyakan dulu ke koordinator.")
            )
        if site.office and site.office != self.statement.root:
            raise KeyRefused(N_("Tempat ini menyegel untuk kantor lain. Siapkan lagi dengan office.pub kantor ini."))
        self.sites.add(site.key_id, statement)
        return site

    def enrolled(self) -> dict[str, SiteStatement]:
        """Return the sites that packages are taken from, by key id."""
        taken = [one for one in self.sites.enrolments() if not one.revoked]
        return {one.key_id: read_site_statement(one.statement) for one in taken}


def create_household(
    folder: Path,
    name: str,
    passphrase: str,
    first: date,
    last: date,
    cost: Cost = STANDARD,
    classes: Sequence[str] = tuple(CLASSES),
) -> OfficeStatement:
    """Make an office: its root, a term key of each class from `first` to `last`, and the statement for its sites.

    Nothing is ever replaced: raises SettingsError when an office is here already, or was left half made.
    """
    keys = folder / KEYS
    if (folder / STATEMENT).exists() or any(keys.glob("*.key")):
        raise SettingsError(N_("Di folder {folder} sudah ada kunci kantor. Pilih folder lain."), folder=folder)
    if not name.strip() or len(name) > NAME_SIZE or first > last:
        raise SettingsError(N_("Kantor perlu nama, dan kunci yang masih berlaku hari ini."))
    make_folder(folder)
    root, keyring = SigningKey.generate(), Keyring(passphrase, cost)
    keyring.write(keys / ROOT_FILE, root.seed, ROOT_PURPOSE)
    terms = [make_term(keys, keyring, one, first, last) for one in classes]
    statement = make_office_statement(root, name, 1, terms)
    with durable(folder / STATEMENT, replace=False) as file:
        file.write(statement + b"\n")
    return read_office_statement(statement)


def open_household(folder: Path) -> Household:
    """Return the office of a folder; raise SettingsError when none was made there."""
    path = folder / STATEMENT
    if not path.is_file():
        message = N_("Folder {folder} belum berisi kantor. Jalankan: peksos-office init {folder}")
        raise SettingsError(message, folder=folder)
    finish_change(folder)
    database = open_database(f"sqlite:///{folder / DATABASE}")
    return Household(
        folder=folder,
        statement=read_office_statement(path.read_bytes()),
        archive=Archive(database),
        ledger=Ledger(database),
        verdicts=Verdicts(database),
        erasures=Erasures(database),
        numbers=Numbers(database),
        sites=Sites(database),
        audit=Audit(database),
        backups=Notes(database, OFFICE_BACKUPS),
        restore_trials=Notes(database, TRIALS),
        close=database.close,
    )
