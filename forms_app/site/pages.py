"""Showing a form: everything the template needs, and the finished window of each page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from flask import render_template, request
from flask_babel import gettext as _

from forms_app.answers.filling import FieldProblem, Filled, Posted
from forms_app.answers.forms import Section, error_summary, form_class
from forms_app.answers.logic import logic
from forms_app.site.assets import Assets
from forms_app.site.i18n import language, moment, suffix
from forms_app.site.intake import event_data
from forms_app.site.services import services
from forms_app.site.window import Window
from forms_app.specs.library import say
from forms_app.specs.model import Card, FormSpec
from forms_app.storage.documents import Event

_MAX_WINDOWS = 512


@dataclass
class Windows:
    """The finished pages of forms by what they depend on; made once, forgotten together when there are too many."""

    assets: Assets
    found: dict[tuple[object, ...], Window] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def get(self, spec: FormSpec, event: Event | None) -> Window:
        """Return the window of a fresh page in this request's language and address."""
        data = tuple(event_data(event).items())
        key = (spec.digest, data, event.closes if event else "", language(), request.path, suffix())
        window = self.found.get(key)
        if window is None:
            window = Window.make(render_form(spec, event))
            with self.lock:
                if len(self.found) >= _MAX_WINDOWS:
                    self.found.clear()
                self.found[key] = window
        return window


def render_form(spec: FormSpec, event: Event | None, posted: Posted | None = None, filled: Filled | None = None) -> str:
    """Return the form page without its nonce, empty or with what was typed and what is wrong with it."""
    problems: Iterable[FieldProblem] = filled.problems if filled else ()
    counts: Mapping[str, int] = filled.counts if filled else {}
    form = form_class(spec, language())(posted)
    sections: Sequence[Section] = form.sections(posted, problems, counts)
    return render_template(
        "form.html",
        logic=logic(spec, event_data(event), language()),
        spec=spec,
        title=say(spec.title, language()),
        heading=say(spec.heading, language()),
        event=shown_event(event),
        sections=sections,
        problems=[{"id": one[0], "label": one[1], "message": one[2]} for one in error_summary(sections)],
        readers_text=readers_text(spec),
        secret=spec.secret,
        action=request.path + suffix(),
        nonce_marker="",
    )


def nonce_input(nonce: str) -> str:
    """Return the page's last element, which carries its nonce into the form."""
    return f'<input type="hidden" name="_nonce" value="{nonce}" form="form">'


def shown_event(event: Event | None) -> dict[str, str] | None:
    """Return what a page says of its event."""
    if event is None:
        return None
    return {"title": event.title, "school": event.school, "place": event.place, "date_text": moment(event.date)}


def shown_card(card: Card) -> dict[str, object]:
    """Return a card in the page's language; a number that is not set yet is left out, never shown empty."""
    settings = services().settings
    names = help_names()
    numbers = [(names.get(one, one), settings.number(one)) for one in card.numbers if settings.number(one)]
    body = say(card.body, language()).split("\n\n")
    return {
        "name": card.name,
        "title": say(card.title, language()),
        "body": body,
        "numbers": numbers,
        "urgent": card.urgent,
    }


def help_numbers() -> list[tuple[str, str]]:
    """Return (whom it reaches, number) of every help number that is known, the most urgent first."""
    numbers = {one: services().settings.number(one) for one in help_names()}
    return [(name, numbers[one]) for one, name in help_names().items() if numbers[one]]


def help_names() -> dict[str, str]:
    """Return whom each help number reaches."""
    return {
        "darurat": _("Darurat Kota Metro"),
        "polisi": _("Polisi"),
        "medis": _("Medis"),
        "peksos": _("PEKSOS (pekerja sosial sekolah)"),
        "uptd_ppa": _("UPTD PPA Kota Metro"),
        "sapa": _("SAPA 129 (perempuan dan anak)"),
        "dinsos": _("Dinas Sosial Kota Metro"),
        "tepsa": _("TePSA (pelayanan sosial anak)"),
    }


def readers_text(spec: FormSpec) -> str:
    """Return who can read the answers and how long they are kept, as said before the first question."""
    if spec.secret:
        text: str = _(
            "Hanya kantor Dinas Sosial yang bisa membaca isinya. Jawaban dikunci begitu tiba di komputer kegiatan. "
            "Sekolah tidak bisa membukanya."
        )
        return text
    if "event" in spec.readers:
        who = _("Dibaca oleh: koordinator kegiatan ini dan kantor Dinas Sosial.")
    else:
        who = _("Dibaca oleh: kantor Dinas Sosial.")
    return f"{who} {_('Dihapus setelah %(days)s hari.', days=spec.retention.office)}"
