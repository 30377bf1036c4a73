"""Taking in what the office signed: receipts, and orders to erase records."""

from __future__ import annotations

from dataclasses import dataclass

from forms_app.answers.submission import WIB, day_number
from forms_app.errors import N_, BadSignature, TransferError
from forms_app.site.carriage import orders_of
from forms_app.site.leftovers import drop_packages
from forms_app.site.services import Services
from forms_app.storage.documents import Leave
from forms_app.transfer.erasure import Erasure, order_hash, read_erasure
from forms_app.transfer.lettered import from_qr, is_qr_text
from forms_app.transfer.receipt import Receipt, read_receipt


@dataclass(frozen=True)
class Obeyed:
    """What an order did: how many records it named, how many had bytes here, how many packages went with them."""

    number: int
    named: int
    erased: int
    packages: int


def take_receipt(services: Services, data: bytes) -> tuple[Receipt, bool]:
    """Keep a receipt, from its file or its QR code's text, and return it and whether it was new.

    The last one may come again and changes nothing. Raises BadSignature for what this office did not sign,
    TransferError for another site's, an older one, or one for a log that is not the one here.
    """
    line = _line(data)
    last = services.receipts.last()
    if last and last.line.encode() == line:
        return read_receipt(line, services.office, services.site), False
    receipt = read_receipt(line, services.office, services.site, last.number if last else 0)
    _refuse_foreign_chain(services, receipt)
    with services.transaction():
        services.receipts.add(Leave(receipt.number, line.decode("ascii"), services.clock().isoformat()))
        services.audit.write(services.clock().isoformat(), "office", "receipt", str(receipt.number))
    return receipt, True


def obey(services: Services, data: bytes) -> Obeyed:
    """Erase the records that an order names, and return what that did; the same order may come again.

    Their ids and hashes stay, so that none of them is ever stored again. Packages at the desk that hold their bytes
    are removed. Raises BadSignature or TransferError.
    """
    line = data.strip()
    order = read_erasure(line, services.office, services.site)
    known = services.orders.get(order.number)
    if known and read_erasure(known.line.encode(), services.office, services.site) != order:
        raise TransferError(N_("Perintah hapus nomor {number} sudah ada dengan isi lain."), number=order.number)
    with services.transaction():
        if known is None:
            services.orders.add(Leave(order.number, line.decode("ascii"), services.clock().isoformat()))
            services.audit.write(services.clock().isoformat(), "office", "erase", str(order.number))
        erased = _erase(services, order, known.line.encode() if known else line)
    places = services.log.erased(order.ids)
    services.log.scrub()
    dropped = drop_packages(services, lambda package: bool(places) and package.seq >= min(places))
    return Obeyed(order.number, len(order.ids), erased, dropped)


def obey_again(services: Services) -> int:
    """Erase what came in again or anew since its order did; return how many records that were."""
    lines = {leave.number: leave.line.encode() for leave in services.orders.all()}
    return sum(_erase(services, order, lines[order.number]) for order in orders_of(services))


def _erase(services: Services, order: Erasure, line: bytes) -> int:
    today = day_number(services.clock().astimezone(WIB).date())
    return services.log.erase(order_hash(line), order.ids, today)


def _refuse_foreign_chain(services: Services, receipt: Receipt) -> None:
    """Raise TransferError when the receipt is for a log that went on otherwise than the one here, saying which."""
    if services.log.holds(receipt.head):
        return
    if receipt.head.seq > services.log.head().seq:
        message = N_("Kantor sudah punya catatan sampai nomor {seq}. Di sini kurang. Apakah komputer ini dipulihkan?")
    else:
        message = N_("Tanda terima ini tidak cocok dengan catatan nomor {seq} di sini. Hubungi kantor.")
    raise TransferError(message, seq=receipt.head.seq)


def _line(data: bytes) -> bytes:
    """Return the signed line of a file, or of the text of a QR code."""
    try:
        text = data.decode("ascii").strip()
    except UnicodeDecodeError:
        raise BadSignature(N_("Tanda tangan berkas ini tidak sah.")) from None
    return from_qr(text) if is_qr_text(text) else text.encode()
