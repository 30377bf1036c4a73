"""Whom the inbox knows: public statements of its sites and of the office, and the hash of the office's token.

Nothing here is secret, and there is no private key: who takes the folder can neither open, sign nor fetch anything.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Lock

from forms_app.errors import N_, KeyRefused, PeksosError, SettingsError
from forms_app.sealing.durable import durable
from forms_app.sealing.statements import OfficeStatement, SiteStatement, read_office_statement, read_site_statement

OFFICE_FILE, SITES, TOKEN_FILE = "office.pub", "sites", "token.hash"


@dataclass
class Members:
    """The members of an inbox's folder; a site that is enrolled while the inbox runs is known at once."""

    folder: Path
    _lock: Lock = field(default_factory=Lock)
    _seen: tuple[tuple[str, int], ...] = ()
    _sites: dict[str, SiteStatement] = field(default_factory=dict)

    def sites(self) -> dict[str, SiteStatement]:
        """Return the sites by key id, read anew when a file came, went or changed."""
        files = sorted((self.folder / SITES).glob("*.pub"))
        seen = tuple((path.name, path.stat().st_mtime_ns) for path in files)
        with self._lock:
            if seen != self._seen:
                read = [read_site_statement(path.read_bytes().strip()) for path in files]
                self._sites, self._seen = {site.key_id: site for site in read}, seen
            return self._sites

    def office(self) -> OfficeStatement:
        """Return the office's statement."""
        return read_office_statement((self.folder / OFFICE_FILE).read_bytes().strip())

    def enrol(self, statement: bytes, spoken: str = "") -> SiteStatement:
        """Take a site in by its own signed statement; raises BadSignature or KeyRefused."""
        site = read_site_statement(statement, spoken=spoken)
        if any(one.site == site.site and key_id != site.key_id for key_id, one in self.sites().items()):
            message = N_("Tempat dengan nama ini sudah terdaftar dengan kunci lain. Tanyakan dulu ke koordinator.")
            raise KeyRefused(message)
        with durable(self.folder / SITES / f"{site.key_id}.pub", 0o644) as file:
            file.write(statement + b"\n")
        return site

    def new_token(self) -> str:
        """Return a new token for the office; the one before is worth nothing from now on.

        Only its hash is kept. It has 256 random bits, so that nobody finds it by trying and no slow hash is needed.
        """
        token = secrets.token_hex(32)
        with durable(self.folder / TOKEN_FILE) as file:
            file.write(_hash(token).encode() + b"\n")
        return token

    def is_office(self, token: str) -> bool:
        """Whether this is the office's token."""
        path = self.folder / TOKEN_FILE
        known = path.read_text(encoding="ascii").strip() if path.is_file() else ""
        return bool(known) and hmac.compare_digest(_hash(token), known)


def create_inbox(folder: Path, office: bytes, spoken: str = "") -> OfficeStatement:
    """Make an inbox's folder for one office; raises SettingsError when there is one, BadSignature or KeyRefused."""
    statement = read_office_statement(office, spoken=spoken)
    if (folder / OFFICE_FILE).exists():
        raise SettingsError(N_("Di folder {folder} sudah ada kotak titipan. Pilih folder lain."), folder=folder)
    (folder / SITES).mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    with durable(folder / OFFICE_FILE) as file:
        file.write(office.strip() + b"\n")
    return statement


def open_members(folder: Path) -> Members:
    """Return the members of a folder; raises SettingsError when no inbox was made there, or a statement is damaged."""
    if not (folder / OFFICE_FILE).is_file():
        message = N_("Folder {folder} belum berisi kotak titipan. Jalankan: peksos-inbox init {folder}")
        raise SettingsError(message, folder=folder)
    members = Members(folder)
    try:
        members.office()
        members.sites()
    except PeksosError:
        message = N_("Ada berkas .pub yang rusak di {folder}. Salin lagi dari asalnya.")
        raise SettingsError(message, folder=folder) from None
    return members


def _hash(token: str) -> str:
    return sha256(b"peksos/pull-token/1 " + token.encode()).hexdigest()
