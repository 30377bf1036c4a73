"""The office's keys at a site: which one a form needs, that they are the pinned office's, and taking in new ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from forms_app.errors import N_, BadSignature, KeyRefused, SettingsError
from forms_app.sealing.durable import durable
from forms_app.sealing.keyfiles import exposed
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import OfficeStatement, read_office_statement, read_site_statement
from forms_app.specs.library import Library
from forms_app.specs.model import FormSpec
from forms_app.specs.retention import classes_needed, classes_of
from forms_app.storage.numbers import Numbers

OFFICE_FILE, SITE_FILE, SITE_KEY_FILE, SECRET_FILE = "office.pub", "site.pub", "site.key", "secret.key"


def pinned_office(instance: Path, key: SigningKey) -> OfficeStatement:
    """Return the office that this site was set up for.

    Its root stands in site.pub, which the site signed when it was made: another office's file is refused (KeyRefused).
    """
    statement = read_office_statement((instance / OFFICE_FILE).read_bytes())
    root = _pinned_root(instance, key)
    if root and statement.root != root:
        message = N_("{file} bukan dari kantor tempat ini. Minta yang benar, lalu: peksos keys accept {file}")
        raise KeyRefused(message, file=OFFICE_FILE)
    return statement


def _pinned_root(instance: Path, key: SigningKey) -> bytes:
    """Return the root in the site's own statement; nothing where it was made before roots stood in it."""
    own = read_site_statement((instance / SITE_FILE).read_bytes())
    if own.public != key.public:
        raise KeyRefused(N_("{file} bukan milik tempat ini. Kembalikan dari cadangan."), file=SITE_FILE)
    return own.office


def refuse_older(office: OfficeStatement, numbers: Numbers) -> None:
    """Raise KeyRefused for a statement older than one that this site has had: revoked keys would come back with it.

    The highest number is kept in the database, apart from the file. Only who puts both back goes unnoticed.
    """
    highest = numbers.reach(_followed(office), office.number)
    if office.number < highest:
        message = N_(
            "{file} nomor {number} sudah lama. Di sini pernah dipakai nomor {highest}."
            " Minta yang terbaru dari kantor, lalu: peksos keys accept {file}"
        )
        raise KeyRefused(message, file=OFFICE_FILE, number=office.number, highest=highest)


def _followed(office: OfficeStatement) -> str:
    """Return under which name the numbers of this office's statements are kept."""
    return f"statement/{office.root.hex()}"


def accept_statement(
    instance: Path, key: SigningKey, data: bytes, numbers: Numbers | None = None
) -> tuple[OfficeStatement, bool]:
    """Take in a later statement of the pinned office; return it, and whether it was new.

    The file is replaced as a whole or not at all. Raises BadSignature; KeyRefused for another office, an older number
    than that of the file or of `numbers`, a key that is missing or one that would come back.
    """
    root = _pinned_root(instance, key)
    known = _known(instance, root)
    if known is None and not root:
        raise SettingsError(
            N_("Tempat ini belum mengenal kantornya. Kembalikan {file} dari cadangan."), file=OFFICE_FILE
        )
    statement = read_office_statement(data, known=known)
    older = numbers is not None and statement.number < numbers.last(_followed(statement))
    if older or (root and statement.root != root):
        raise KeyRefused(N_("Berkas kunci ini bukan lanjutan dari kantor yang sudah dikenal."))
    if statement == known:
        return statement, False
    with durable(instance / OFFICE_FILE) as file:
        file.write(data.strip() + b"\n")
    return statement, True


def _known(instance: Path, root: bytes) -> OfficeStatement | None:
    """Return the statement in force; None where the file is lost, damaged or of another office than the pinned one."""
    try:
        statement = read_office_statement((instance / OFFICE_FILE).read_bytes())
    except (BadSignature, KeyRefused, FileNotFoundError):
        return None
    return statement if not root or statement.root == root else None


def need_keys(office: OfficeStatement, spec: FormSpec, day: date) -> None:
    """Raise KeyRefused unless the office announced a key of that day for all that a filling of this form becomes."""
    for name in classes_of(spec):
        office.term_key(day, name)


def keyless(office: OfficeStatement, library: Library, day: date) -> list[str]:
    """Return the ids of the forms that cannot be taken in on a day, because no key of their class is in force."""
    return [spec.form_id for spec in library if any(office.lasts(day, name) is None for name in classes_of(spec))]


def keys_last(office: OfficeStatement, library: Library, day: date) -> date | None:
    """Return the last day on which all forms that are taken in on `day` still are; None when there is none."""
    ends = [office.lasts(day, name) for name in classes_needed(library)]
    return min((end for end in ends if end), default=None)


def exposed_keys(instance: Path) -> list[Path]:
    """Return what other accounts of this computer could read of the site's keys."""
    return exposed(instance, instance / SITE_KEY_FILE, instance / SECRET_FILE)
