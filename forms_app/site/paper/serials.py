"""The serial of a paper form: thirteen digits that stand on it, from which this site makes the paper's nonce.

    4172 9038 5512 7
    ---- ----- --- -
      drawn  proof check

Nine digits are drawn at random; the first is 9 for envelopes (secret forms) and 1 to 8 for everything else, so that a
school can refuse an envelope without keeping any trace of it. Three digits prove that this site printed the serial:
they are an HMAC under its secret, so a paper is known here even after its list of printed papers was lost. The last is
a check digit, which notices every wrong digit and every swap of neighbours.

The serial alone, typed by hand, gives the same nonce at this site: an HMAC of 128 bits under the site's secret, so who
reads a serial learns nothing of it, and the same serial at another site is another nonce. A serial is drawn again when
it is known here, so two papers share one only if the list of printed papers was lost in between: for 1,000 lost and
1,000 new papers, once in 800. Even then nothing is lost: the second is shown as typed in already, and is kept as a
record of its own, linked to the first. Only if both had the same form, day and answers would they count as one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import date

from forms_app.answers.submission import Nonce, day_number
from forms_app.specs.formats import check_digit

LENGTH = 13
_DRAWN, _PROOF = 9, 3
_ENVELOPE = "9"
_FIRST = 10 ** (_DRAWN - 1)  # no serial begins with 0, which spreadsheets and people drop
_SEPARATORS = str.maketrans("", "", " .-\u00a0")
_ADDRESS = re.compile(r"/desk/paper/([0-9]{13})(?:[/?#]|\Z)", re.IGNORECASE)


def draw(secret: bytes, *, envelope: bool = False) -> str:
    """Return a fresh serial of this site, for an envelope or for an open paper."""
    number = secrets.randbelow(_FIRST if envelope else 8 * _FIRST) + (9 * _FIRST if envelope else _FIRST)
    body = f"{number}{_proof(str(number), secret)}"
    return body + check_digit(body)


def read(typed: str) -> str:
    """Return the serial that somebody typed, or scanned as an address; "" when a digit must be wrong."""
    found = _ADDRESS.search(typed)
    serial = found[1] if found else typed.translate(_SEPARATORS).strip()
    if len(serial) != LENGTH or not serial.isascii() or not serial.isdigit():
        return ""
    return serial if check_digit(serial[:-1]) == serial[-1] else ""


def printed_here(serial: str, secret: bytes) -> bool:
    """Whether this site printed the serial; of foreign ones one in a thousand passes."""
    return serial[_DRAWN : _DRAWN + _PROOF] == _proof(serial[:_DRAWN], secret)


def is_envelope(serial: str) -> bool:
    """Whether the serial stands on a secret form."""
    return serial.startswith(_ENVELOPE)


def nonce_of(serial: str, day: date, secret: bytes) -> Nonce:
    """Return the nonce of a paper that was filled in on a day."""
    return Nonce(day_number(day), hmac.digest(secret, b"peksos/paper/1" + serial.encode(), hashlib.sha256)[:16])


def show(serial: str) -> str:
    """Return the serial in groups, easy to read aloud."""
    return f"{serial[:4]} {serial[4:8]} {serial[8:12]} {serial[12:]}"


def _proof(drawn: str, secret: bytes) -> str:
    code = hmac.digest(secret, b"peksos/serial/1" + drawn.encode(), hashlib.sha256)
    return f"{int.from_bytes(code[:8], 'big') % 10**_PROOF:0{_PROOF}d}"
