"""The error tree: each error has a code, an HTTP status and a message that never repeats an answer.

PeksosError
├── SettingsError            500  a setting is missing or wrong
├── SpecErrors               500  everything wrong with form files (in specs/problems.py)
├── ExpressionError          500  one mistake in one expression (`.position`)
├── NotFound                 404
│   ├── UnknownEvent         404  no event has this code
│   ├── UnknownForm          404  no form has this address
│   └── UnknownReceipt       404  no record has this receipt
├── EventShut                403  the event exists, but takes no answers now
├── Held                     403  the form cannot be sent by this person yet; nothing was stored
├── Refused                  403  the request comes from a foreign page
├── TooLarge                 413  more was posted than any form can hold
├── SignInRequired           401  the desk needs an account
├── SignInFailed             401  name or password is wrong (never says which)
├── SealingError             500
│   ├── WrongPassphrase      403  the key file does not open
│   ├── CannotOpen           400  a sealed record does not open: damaged, or not for this key
│   ├── BadSignature         400  a signed statement does not verify
│   └── KeyRefused           400  a key that this side never agreed to
├── StorageError             500
│   ├── NewerDatabase        500  written by a newer version of this program
│   ├── OlderDatabase        500  needs `migrate`
│   ├── StorageFull          507  nothing was acknowledged
│   ├── StorageShut          503  the disk may only be read; nothing was acknowledged
│   └── BrokenLog            500  the record log does not verify
└── TransferError            400
    ├── InboxAway            503  the inbox does not answer; what is carried waits (in transfer/wire.py)
    ├── DamagedBundle        400  the file is cut short or altered
    ├── ForeignBundle        400  a site that the office never enrolled, or has revoked
    ├── ForkedLog            400  a site's log tells another story than before (in storage/ledger.py)
    └── NotABundle           400  some other file
"""

from __future__ import annotations

from collections.abc import Callable

Translate = Callable[[str], str]


def N_(message: str) -> str:
    """Mark a message for the translators and return it unchanged."""
    return message


class PeksosError(Exception):
    """Base of all errors: an Indonesian message with named places, filled in when it is shown."""

    code = "peksos"
    status = 500

    def __init__(self, message: str, **places: object) -> None:
        super().__init__(message)
        self.message = message
        self.places = places

    def text(self, translate: Translate = N_) -> str:
        """Return the message in the reader's language, with its places filled in."""
        return translate(self.message).format(**self.places)

    def __str__(self) -> str:
        return self.text()


class SettingsError(PeksosError):
    """A setting is missing or wrong; names the setting, never its value."""

    code = "settings"


class ExpressionError(PeksosError):
    """One mistake in an expression; `position` counts characters from 0."""

    code = "expression"

    def __init__(self, message: str, position: int = 0, **places: object) -> None:
        super().__init__(message, **places)
        self.position = position


class NotFound(PeksosError):
    """What was asked for is not here."""

    code = "not-found"
    status = 404


class UnknownEvent(NotFound):
    """No event has this code."""

    code = "unknown-event"


class UnknownForm(NotFound):
    """No form has this address."""

    code = "unknown-form"


class UnknownReceipt(NotFound):
    """No record has this receipt."""

    code = "unknown-receipt"


class EventShut(PeksosError):
    """The event exists, but takes no answers now: not yet open, or closed."""

    code = "event-shut"
    status = 403


class Held(PeksosError):
    """The form cannot be sent by this person yet; nothing was stored."""

    code = "held"
    status = 403


class Refused(PeksosError):
    """The request comes from a page that is not ours."""

    code = "refused"
    status = 403


class TooLarge(PeksosError):
    """More was posted than any form can hold."""

    code = "too-large"
    status = 413


class SignInRequired(PeksosError):
    """The desk needs an account."""

    code = "sign-in"
    status = 401


class SignInFailed(PeksosError):
    """Name or password is wrong; which of the two is never said."""

    code = "sign-in-failed"
    status = 401


class SealingError(PeksosError):
    """Something about keys, seals or signatures is wrong."""

    code = "sealing"


class WrongPassphrase(SealingError):
    """The key file does not open with this passphrase."""

    code = "wrong-passphrase"
    status = 403


class CannotOpen(SealingError):
    """A sealed record does not open: damaged, or not for this key. All causes look alike."""

    code = "cannot-open"
    status = 400


class BadSignature(SealingError):
    """A signed statement does not verify."""

    code = "bad-signature"
    status = 400


class KeyRefused(SealingError):
    """A key that this side never agreed to."""

    code = "key-refused"
    status = 400


class StorageError(PeksosError):
    """The database cannot do what was asked; nothing was acknowledged."""

    code = "storage"


class NewerDatabase(StorageError):
    """The database was written by a newer version of this program."""

    code = "newer-database"


class OlderDatabase(StorageError):
    """The database needs `migrate` first."""

    code = "older-database"


class StorageFull(StorageError):
    """The disk is full; nothing was acknowledged."""

    code = "storage-full"
    status = 507


class StorageShut(StorageError):
    """The disk may only be read for now; nothing was acknowledged."""

    code = "storage-shut"
    status = 503


class BrokenLog(StorageError):
    """The record log does not verify: an entry was changed, moved or removed."""

    code = "broken-log"


class TransferError(PeksosError):
    """A package cannot be taken in."""

    code = "transfer"
    status = 400


class DamagedBundle(TransferError):
    """The package or backup is cut short or altered."""

    code = "damaged-bundle"


class ForeignBundle(TransferError):
    """The package comes from a site that the office never enrolled."""

    code = "foreign-bundle"


class NotABundle(TransferError):
    """The file is no package of ours."""

    code = "not-a-bundle"
