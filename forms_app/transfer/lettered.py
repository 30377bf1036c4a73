"""A signed statement as text for a QR code: capitals and digits, which a QR code holds in the least room.

    PEKSOS:R1:<base32 of the key id (8 bytes), the signature (64 bytes) and the payload>

The envelope is written anew from it, so the text says no more and no less than the file.
"""

from __future__ import annotations

from base64 import b32decode, b32encode, b64encode

from forms_app.sealing.signing import bad_signature, read_envelope
from forms_app.transfer.receipt import RECEIPT_TYPE

MARK = "PEKSOS:R1:"
KEY_ID, SIGNATURE = 8, 64  # bytes
MAX_TEXT = 1_200  # characters: a QR code of version 23 at level M, which a phone still reads from paper
QR_ROOM = MAX_TEXT * 5 // 8 - KEY_ID - SIGNATURE - len(MARK)  # bytes of the payload


def qr_text(receipt: bytes) -> str:
    """Return the text of a signed receipt; it fits a QR code if it was made with `room=QR_ROOM`."""
    payload, signatures = read_envelope(receipt, RECEIPT_TYPE)
    key_id, signature = signatures[0]
    return MARK + b32encode(bytes.fromhex(key_id) + signature + payload).decode().rstrip("=")


def is_qr_text(text: str) -> bool:
    """Tell whether a text is, or means to be, that of a receipt's QR code, however it was copied."""
    return text.strip().upper().startswith(MARK)


def from_qr(text: str) -> bytes:
    """Return the signed line again; spaces, line ends and small letters do no harm. Raises BadSignature."""
    letters = "".join(text.split()).upper()
    if not letters.startswith(MARK):
        raise bad_signature()
    body = letters.removeprefix(MARK)
    try:
        packed = b32decode(body + "=" * (-len(body) % 8))
    except ValueError:
        raise bad_signature() from None
    key_id, rest = packed[:KEY_ID].hex(), packed[KEY_ID:]
    signature, payload = (b64encode(part).decode() for part in (rest[:SIGNATURE], rest[SIGNATURE:]))
    line = f'{{"payloadType":"{RECEIPT_TYPE}","payload":"{payload}",'
    return (line + f'"signatures":[{{"keyid":"{key_id}","sig":"{signature}"}}]}}').encode()
