"""What lies in an inbox: files on their way, whole packages until the office has them, receipts on their way back.

arriving/<file>.part, .json            what has come of an offered file, whose it is and how long it will be
bundles/<key id>/<file>.peksos, .json  a verified package, and what is remembered of it when the office has taken it
receipts/<key id>.receipt              the newest receipt for a site

`<file>` is SHA-256 of the whole file.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from forms_app.errors import N_, NotFound, PeksosError, TooLarge
from forms_app.inbox.files import append, flush, full, now, read_note, write_note
from forms_app.inbox.members import Members
from forms_app.sealing.durable import durable
from forms_app.storage.chain import opening
from forms_app.transfer.manifest import BundleInfo, damaged
from forms_app.transfer.offers import Offer
from forms_app.transfer.push import file_digest
from forms_app.transfer.reading import read_bundle

REMEMBERED = 1_000  # packages of a site whose heads are remembered after the office took them
UNFINISHED = 4  # files on their way that one site may have
MEGABYTE = 1_000_000
TURNS = 64


@dataclass(frozen=True)
class Caps:
    """What the inbox takes at most, in bytes: of one file, of one site, and what it leaves free on the disk."""

    file: int = 1_000 * MEGABYTE
    site: int = 4_000 * MEGABYTE
    reserve: int = 200 * MEGABYTE


@dataclass(frozen=True)
class State:
    """How far a file has come; `joined` is False where it does not follow on what is kept of its site."""

    offset: int
    stored: bool = False
    joined: bool = True


class Displaced(Exception):
    """A piece that does not begin where the file ends here; `state` says where that is."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state


@dataclass
class Store:
    """The folders of one inbox. One process works on them; its threads take turns at each file."""

    folder: Path
    members: Members
    caps: Caps = field(default_factory=Caps)
    _turns: tuple[Lock, ...] = field(default_factory=lambda: tuple(Lock() for _ in range(TURNS)))

    def __post_init__(self) -> None:
        """Make the folders."""
        for name in ("arriving", "bundles", "receipts"):
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)

    def offer(self, offer: Offer) -> State:
        """Return how much of an offered file is here, ready for the rest.

        Raises TooLarge for a file or a site beyond its cap, StorageFull when the disk has no room for the rest.
        """
        key_id = offer.site.key_id
        with self._turn(offer.file):
            kept = self._kept(key_id, offer.file)
            if kept is not None:
                return State(offer.size, stored=True, joined=kept["joined"])
            part = self._part(offer.file)
            offset = part.stat().st_size if part.exists() else 0
            if offset == offer.size > 0:
                return self._finish(offer.file, part, key_id)
            self._refuse_too_much(offer, offset)
            self._drop_old_parts(key_id, offer.file)
            write_note(self._note(offer.file), {"site": key_id, "size": offer.size})
            part.touch(0o600)
            return State(offset)

    def append(self, file: str, offset: int, data: bytes) -> State:
        """Add a piece to an offered file; with the last one the package is verified and stored, or refused as a whole.

        Raises Displaced, NotFound for a file that nobody offered, TooLarge, StorageFull, or what `read_bundle` raises.
        """
        with self._turn(file):
            part, note = self._part(file), read_note(self._note(file))
            if note is None or not part.exists():
                raise NotFound(N_("Berkas ini belum ditawarkan. Mulai lagi dari awal."))
            there = part.stat().st_size
            if offset != there:
                raise Displaced(State(there))
            if there + len(data) > note["size"]:
                raise TooLarge(N_("Paket ini lebih panjang dari yang ditawarkan."))
            append(part, there, data)
            whole = there + len(data) == note["size"]
            return self._finish(file, part, note["site"]) if whole else State(there + len(data))

    def waiting(self) -> list[dict[str, Any]]:
        """Return what waits for the office: file, site (key id), size and when it came, the oldest first.

        Of packages that a site sent within one second the lower number comes first.
        """
        found = []
        for path in (self.folder / "bundles").glob("*/*.peksos"):
            note = read_note(path.with_suffix(".json")) or {}
            if note.get("pulled"):  # a power cut came between noting that and deleting
                path.unlink(missing_ok=True)
                continue
            size, arrived = path.stat().st_size, note.get("arrived", "")
            shown = {"file": path.stem, "site": path.parent.name, "size": size, "arrived": arrived}
            found.append(((arrived, path.parent.name, note.get("number", 0), path.stem), shown))
        return [shown for _place, shown in sorted(found, key=lambda one: one[0])]

    def path(self, file: str) -> Path:
        """Return a package that waits for the office; raises NotFound."""
        for path in (self.folder / "bundles").glob(f"*/{file}.peksos"):
            return path
        raise NotFound(N_("Paket ini tidak ada di kotak titipan."))

    def release(self, file: str) -> None:
        """Delete a package that the office has taken in, and remember that it was here; raises NotFound."""
        with self._turn(file):
            path = self.path(file)
            note = read_note(path.with_suffix(".json")) or {}
            write_note(path.with_suffix(".json"), note | {"pulled": now()})
            path.unlink()

    def keep_receipt(self, key_id: str, number: int, receipt: bytes) -> bool:
        """Keep a receipt for its site if it is newer than the one that is here; tell whether it was."""
        with self._turn(f"receipt {key_id}"):
            path = self._receipt(key_id)
            known = read_note(path.with_suffix(".json"))
            if known and known["number"] >= number:
                return False
            with durable(path) as file:
                file.write(receipt)
            write_note(path.with_suffix(".json"), {"number": number})
            return True

    def receipt(self, key_id: str, after: int) -> bytes | None:
        """Return a site's newest receipt if its number is higher than `after`."""
        path = self._receipt(key_id)
        known = read_note(path.with_suffix(".json"))
        return path.read_bytes() if known and known["number"] > after else None

    def _finish(self, file: str, part: Path, key_id: str) -> State:
        """Verify a file that has come whole and store it; one that does not verify is deleted, and why is raised."""
        try:
            if file_digest(part) != file:
                raise damaged()
            info = read_bundle(part, self.members.sites()).info
            site = self.members.sites().get(key_id)
            if site is None or (info.site, info.public) != (site.site, site.public):
                raise damaged()
        except PeksosError:
            self._forget(file)
            raise
        joined = info.before == opening(info.site) or info.before.hash.hex() in self._heads(key_id)
        package = self._package(key_id, file)
        package.parent.mkdir(mode=0o700, exist_ok=True)
        write_note(package.with_suffix(".json"), _remembered(info, joined=joined))
        part.replace(package)
        flush(package.parent)
        self._note(file).unlink(missing_ok=True)
        self._forget_oldest(key_id)
        return State(package.stat().st_size, stored=True, joined=joined)

    def _kept(self, key_id: str, file: str) -> dict[str, Any] | None:
        """Return what is remembered of a package that is here, or was until the office took it."""
        package = self._package(key_id, file)
        note = read_note(package.with_suffix(".json"))
        return note if note and (package.exists() or note["pulled"]) else None

    def _heads(self, key_id: str) -> set[str]:
        """Return the ends of all packages of a site that came whole."""
        paths = (self.folder / "bundles" / key_id).glob("*.json")
        kept = [self._kept(key_id, path.stem) for path in paths]
        return {note["after"] for note in kept if note}

    def _refuse_too_much(self, offer: Offer, offset: int) -> None:
        mine = [path.stat().st_size for path in (self.folder / "bundles" / offer.site.key_id).glob("*.peksos")]
        if not 0 < offer.size <= self.caps.file or sum(mine) + offer.size > self.caps.site:
            raise TooLarge(N_("Kotak titipan tidak menerima paket sebesar ini. Bawa dengan stik ke kantor."))
        if shutil.disk_usage(self.folder).free - (offer.size - offset) < self.caps.reserve:
            raise full()

    def _drop_old_parts(self, key_id: str, file: str) -> None:
        """Forget the oldest of a site's unfinished files, so that none fills the disk with what never ends."""
        notes = sorted((self.folder / "arriving").glob("*.json"), key=lambda path: path.stat().st_mtime)
        mine = [path.stem for path in notes if path.stem != file and (read_note(path) or {}).get("site") == key_id]
        for old in mine[: max(0, len(mine) + 1 - UNFINISHED)]:
            self._forget(old)

    def _forget_oldest(self, key_id: str) -> None:
        notes = sorted((self.folder / "bundles" / key_id).glob("*.json"), key=lambda path: path.stat().st_mtime)
        for path in notes[:-REMEMBERED]:
            if (read_note(path) or {}).get("pulled"):
                path.unlink()

    def _forget(self, file: str) -> None:
        self._part(file).unlink(missing_ok=True)
        self._note(file).unlink(missing_ok=True)

    def _turn(self, name: str) -> Lock:
        """Return the lock under which a file is worked on: a retry may come while the first try is still at work."""
        return self._turns[hash(name) % TURNS]

    def _part(self, file: str) -> Path:
        return self.folder / "arriving" / f"{file}.part"

    def _note(self, file: str) -> Path:
        return self.folder / "arriving" / f"{file}.json"

    def _package(self, key_id: str, file: str) -> Path:
        return self.folder / "bundles" / key_id / f"{file}.peksos"

    def _receipt(self, key_id: str) -> Path:
        return self.folder / "receipts" / f"{key_id}.receipt"


def _remembered(info: BundleInfo, *, joined: bool) -> dict[str, Any]:
    """Return what is noted of a package: enough to know it and what follows on it."""
    return {
        "number": info.number,
        "after": info.after.hash.hex(),
        "seq": info.after.seq,
        "joined": joined,
        "arrived": now(),
        "pulled": "",
    }
