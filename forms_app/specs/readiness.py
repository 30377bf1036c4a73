"""What a site itself still lacks before a form may go live there: its local help numbers, and a sign-off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms_app.errors import N_
from forms_app.settings import LOCAL_NAMES, Settings
from forms_app.specs.model import FormSpec
from forms_app.specs.places import Places
from forms_app.specs.problems import SpecProblem
from forms_app.specs.signoffs import Signoff


def missing_numbers(spec: FormSpec, settings: Settings, places: Places) -> Iterator[SpecProblem]:
    """Yield each local help number that a card of the form names and the site has not set."""
    cards = [*spec.outcome.cards, *spec.outcome.notes] if spec.outcome else []
    named = dict.fromkeys(name for card in (*cards, *([spec.held] if spec.held else [])) for name in card.numbers)
    for name in named:
        if name in LOCAL_NAMES and not settings.number(name):
            message = N_("Nomor bantuan ini masih kosong. Isi setelan {setting}.")
            setting = f"PEKSOS_HELP_{name.upper()}"
            yield SpecProblem(*places.key("outcome"), "number.missing", message, (("setting", setting),))


def missing_signoff(spec: FormSpec, signoffs: Mapping[str, Signoff], places: Places) -> Iterator[SpecProblem]:
    """Yield that nobody has signed a secret form as it is now."""
    if not spec.secret:
        return
    signoff = signoffs.get(spec.form_id)
    if signoff is None:
        message = N_("Formulir rahasia ini belum disetujui. Setelah diperiksa: peksos sign {form}")
        yield SpecProblem(*places.key("form_id"), "signoff.missing", message, (("form", spec.form_id),))
    elif signoff.digest != spec.digest:
        message = N_("Formulir ini berubah sejak disetujui {date}. Periksa lagi, lalu: peksos sign {form}")
        values = (("date", signoff.date), ("form", spec.form_id))
        yield SpecProblem(*places.key("form_id"), "signoff.stale", message, values)


def unready(
    spec: FormSpec, settings: Settings, signoffs: Mapping[str, Signoff], places: Places | None = None
) -> list[SpecProblem]:
    """Return everything that the site lacks for a form; a sample site needs nothing of it."""
    where = places or Places(spec.form_id)
    if settings.sample:
        return []
    return [*missing_numbers(spec, settings, where), *missing_signoff(spec, signoffs, where)]
