"""Showing a form: everything the template needs, and the finished window of each page."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from flask import render_template
from markupsafe import Markup

from forms_app.answers.filled import Filled
from forms_app.answers.filling import Posted
from forms_app.answers.forms import error_summary, form_class
from forms_app.answers.logic import functions, logic
from forms_app.site.assets import Assets
from forms_app.site.cards import alert_card, readers_text, shown_event
from forms_app.site.i18n import language, other_languages, suffix
from forms_app.site.intake import event_data
from forms_app.site.parts import parts_of, words_of
from forms_app.site.window import Window
from forms_app.specs.library import say
from forms_app.specs.model import FormSpec
from forms_app.storage.documents import Event

_MAX_WINDOWS = 512


@dataclass
class FormPages:
    """The pages of all forms. Fresh ones are made once and kept, by what they depend on."""

    assets: Assets
    windows: dict[tuple[object, ...], Window] = field(default_factory=dict)
    dresses: dict[str, tuple[Markup, Markup]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def fresh(self, spec: FormSpec, event: Event | None) -> Window:
        """Return the window of an empty page in this request's language."""
        key = (spec.digest, tuple(event_data(event).items()), language(), suffix())
        window = self.windows.get(key)
        if window is None:
            window = Window.make(self.render(spec, event))
            with self.lock:
                if len(self.windows) >= _MAX_WINDOWS:
                    self.windows.clear()
                self.windows[key] = window
        return window

    def render(
        self, spec: FormSpec, event: Event | None, posted: Posted | None = None, filled: Filled | None = None
    ) -> str:
        """Return a form page without its nonce, empty or with what was typed and what is wrong with it."""
        form = form_class(spec, language())(posted)
        sections = form.sections(posted, filled.problems if filled else (), filled.counts if filled else {})
        style, script = self._dress(spec)
        shown = spec.outcome if spec.outcome and spec.outcome.show == "respondent" else None
        return render_template(
            "form.html",
            spec=spec,
            title=say(spec.title, language()),
            heading=say(spec.heading, language()),
            event=shown_event(event),
            sections=sections,
            problems=[{"id": one[0], "label": one[1], "message": one[2]} for one in error_summary(sections)],
            readers_text=readers_text(spec),
            explanation=say(shown.explanation, language()) if shown else "",
            alert_card=alert_card(spec),
            secret=spec.secret,
            action=address(spec, event) + suffix(),
            other_languages=other_languages(address(spec, event)),
            css=style,
            boot=self.assets.boot,
            logic=Markup(logic(spec, event_data(event), language())),  # noqa: S704 - logic() makes it safe in a script
            script=script,
            words=words_of(spec, language()),
        )

    def policy(self, spec: FormSpec) -> str:
        """Return the Content-Security-Policy of a form's pages."""
        return self.assets.form_policy(*self._dress(spec))

    def _dress(self, spec: FormSpec) -> tuple[Markup, Markup]:
        """Return the style and the script of a form, with nothing that it does not use."""
        found = self.dresses.get(spec.digest)
        if found is None:
            names = [part.name for part in parts_of(spec)]
            found = self.assets.style(names), self.assets.script(functions(spec), names)
            self.dresses[spec.digest] = found
        return found


def address(spec: FormSpec, event: Event | None) -> str:
    """Return the one address of a form, however its page was reached."""
    return f"/e/{event.code.lower()}/{spec.slug}" if event else f"/f/{spec.slug}"


def nonce_input(nonce: str) -> str:
    """Return the page's last element, which carries its nonce into the form."""
    return f'<input type="hidden" name="_nonce" value="{nonce}" form="form">'
