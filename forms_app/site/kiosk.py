"""A kiosk: one device at the event on which many people register, one after the other (`?kios=1`).

Nothing of one person may be left for the next. Without script the receipt goes back to an empty form by itself, and the
browser is told to keep nothing; with script a form that nobody touches is emptied, and Back finds nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import has_request_context, request

from forms_app.errors import N_, Refused
from forms_app.specs.model import FormSpec

QUERY = "kios=1"
SHOWN, LONGER, HELPING = 12, 60, 120  # seconds that a receipt, a receipt on demand and the help page stay
_REMEMBERED = re.compile(r' autocomplete="[^"]*"')


@dataclass(frozen=True)
class Turn:
    """How a kiosk goes on after a receipt: to which empty form, after how long, and where the receipt stays longer."""

    to: str
    seconds: int
    longer: str = ""


def is_kiosk() -> bool:
    """Whether this request comes from a kiosk: its address says so, and nothing else."""
    return has_request_context() and bool(request.query_string) and request.args.get("kios") == "1"


def refuse_kiosk(spec: FormSpec) -> None:
    """Raise Refused for a secret form at a kiosk, where whoever stands behind reads along."""
    if spec.secret and is_kiosk():
        raise Refused(N_("Formulir ini tidak dibuka di layar bersama. Pakai HP sendiri, atau tekan Bantuan di atas."))


def turn(again: str | None, *, card: bool = False) -> Turn | None:
    """Return how to go on after a receipt; None away from kiosks, or where no empty form is known.

    A card takes longer to read than a code.
    """
    if not is_kiosk() or again is None:
        return None
    if card or request.args.get("lama") == "1":
        return Turn(again, LONGER)
    return Turn(again, SHOWN, f"{request.full_path}&lama=1")


def way_back(event: str) -> str:
    """Return what a kiosk's help page needs to lead back to the event's form, after `?kios=1`; nothing elsewhere."""
    return f"&dari={event.lower()}" if event and is_kiosk() else ""


def without_memory(page: str) -> str:
    """Return a page whose fields the browser neither remembers nor fills in.

    No text can look like such an attribute, since its quotes are escaped.
    """
    return _REMEMBERED.sub(' autocomplete="off"', page)
