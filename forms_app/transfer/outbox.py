"""The outbox file: sealed records that a phone could not send, saved to be brought by hand.

line 1   "peksos-outbox/1" and a line feed
then     length (u32, big-endian), the exact bytes of a sealed record, and so on to the end of the file

Nothing is signed: a phone has no key. Each record is judged by itself, and says nothing that it would not say on its
way through the network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from forms_app.errors import N_, DamagedBundle, NotABundle
from forms_app.sealing.layout import MAX_RECORD
from forms_app.transfer.frames import LENGTH, frame

MAGIC = b"peksos-outbox/1\n"


def write_outbox(file: IO[bytes], records: Iterable[bytes]) -> None:
    """Write the file that `read_outbox` reads."""
    file.write(MAGIC)
    for record in records:
        file.write(frame(record))


def read_outbox(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the frames of an outbox file, in order and in flat memory; what they hold is not judged.

    Raises NotABundle for another file before the first, DamagedBundle where the file was cut short: what came before
    has been yielded by then.
    """
    if file.read(len(MAGIC)) != MAGIC:
        raise NotABundle(N_("Berkas ini bukan kotak keluar Peksos Forms."))
    while head := file.read(LENGTH):
        size = int.from_bytes(head, "big")
        record = file.read(size) if len(head) == LENGTH and 0 < size <= MAX_RECORD else b""
        if len(record) != size or not record:
            raise DamagedBundle(N_("Berkas ini terpotong. Yang utuh sudah diambil. Simpan lagi dari HP itu."))
        yield record
