"""Showing a form: everything the template needs, and the finished window of each page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock

from flask import render_template
from markupsafe import Markup

from forms_app.answers.filled import Filled
from forms_app.answers.filling import STARTED, Posted
from forms_app.answers.logic import functions, logic
from forms_app.answers.plan import plan
from forms_app.answers.sections import SEEN, error_summary, sections, warning_summary
from forms_app.site.assets import Assets
from forms_app.site.cards import alert_card, held_card, readers_text, shown_event
from forms_app.site.headers import permissions
from forms_app.site.i18n import language, other_languages, suffix
from forms_app.site.intake import event_data
from forms_app.site.kiosk import is_kiosk, without_memory
from forms_app.site.kit import kit_address
from forms_app.site.listing import Listings
from forms_app.site.parts import parts_of, widgets_of, words_of
from forms_app.site.services import extension
from forms_app.site.vendor import Vendor
from forms_app.site.window import Window
from forms_app.specs.expressions import Context
from forms_app.specs.library import say
from forms_app.specs.model import FormSpec
from forms_app.storage.documents import Event

_MAX_WINDOWS = 512


@dataclass(frozen=True)
class Dress:
    """What all pages of one form carry: style, script, and the headers that let just these run."""

    style: Markup
    script: Markup
    headers: Mapping[str, str]


@dataclass
class FormPages:
    """The pages of all forms. Fresh ones are made once and kept, by what they depend on."""

    assets: Assets
    vendor: Vendor
    windows: dict[tuple[object, ...], Window] = field(default_factory=dict)
    dresses: dict[tuple[str, bool], Dress] = field(default_factory=dict)
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
        self,
        spec: FormSpec,
        event: Event | None,
        posted: Posted | None = None,
        filled: Filled | None = None,
        nonce: str = "",
        *,
        template: str = "form.html",
        action: str = "",
        **more: object,
    ) -> str:
        """Return a form page without its nonce, empty or with what was typed and what is wrong with it.

        Another template than the respondents' may need `more`, and posts to `action`.
        """
        tongue = language()
        context = replace(Context.current(), seed=nonce, labels=plan(spec).labels(spec, tongue))
        lists: Listings = extension("peksos.lists")
        known = lists.of_form(spec, tongue)
        shown = sections(spec, tongue, posted, filled, context=context, lists=known, event=event_data(event))
        page = render_template(
            template,
            title=say(spec.title, tongue),
            heading=say(spec.heading, tongue),
            event=shown_event(event),
            sections=shown,
            problems=error_summary(shown),
            warnings=warning_summary(shown),
            seen=_seen(posted, filled) if posted and filled else "",
            began=" ".join(posted.getlist(STARTED)) if posted else "",
            widgets=widgets_of(spec),
            parts=[part.name for part in parts_of(spec)],
            **self._around(spec, event, action or address(spec, event)),
            **more,
        )
        page = without_memory(page) if is_kiosk() else page
        return nameless(page) if spec.sealed_on_phone else page

    def _around(self, spec: FormSpec, event: Event | None, action: str) -> dict[str, object]:
        """Return what a page says and carries around its questions, whatever was typed."""
        tongue, dress = language(), self._dress(spec)
        held = held_card(spec)
        outcome = spec.outcome if spec.outcome and spec.outcome.show == "respondent" else None
        return {
            "readers_text": readers_text(spec),
            "explanation": say(outcome.explanation, tongue) if outcome else "",
            "alert_card": alert_card(spec),
            "held": held,
            "secret": spec.secret,
            "action": action + suffix(),
            "other_languages": other_languages(action),
            "css": dress.style,
            "boot": self.assets.boot,
            "logic": Markup(logic(spec, event_data(event), tongue, held=bool(held))),  # noqa: S704 - logic() makes it safe in a script
            "script": dress.script,
            "words": words_of(spec, tongue),
            "sealed": spec.sealed_on_phone,
            "kit": kit_address(spec, event) + suffix(),
            "phone": self.vendor.address("page"),
        }

    def headers(self, spec: FormSpec) -> Mapping[str, str]:
        """Return the headers of a form's pages: what they may run, fetch and ask the phone for."""
        return self._dress(spec).headers

    def _dress(self, spec: FormSpec) -> Dress:
        """Return the style and the script of a form, with nothing that it does not use."""
        found = self.dresses.get((spec.digest, is_kiosk()))
        if found is None:
            parts = parts_of(spec)
            names = [part.name for part in parts]
            style, script = self.assets.style(names), self.assets.script(functions(spec), names)
            allowed = {part.asks for part in parts if part.asks}
            headers = {
                "Content-Security-Policy": self.assets.form_policy(style, script, sealed=spec.sealed_on_phone),
                **({"Permissions-Policy": permissions(allowed)} if allowed else {}),
            }
            found = self.dresses[spec.digest, is_kiosk()] = Dress(style, script, headers)
        return found


def _seen(posted: Posted, filled: Filled) -> str:
    """Return the fields whose warning the person has seen once this page is shown."""
    before = " ".join(posted.getlist(SEEN)).split()
    return " ".join(dict.fromkeys([*before, *(one.field for one in filled.warnings)]))


def address(spec: FormSpec, event: Event | None) -> str:
    """Return the one address of a form, however its page was reached."""
    return f"/e/{event.code.lower()}/{spec.slug}" if event else f"/f/{spec.slug}"


def nonce_input(spec: FormSpec, nonce: str) -> str:
    """Return the page's last element, which carries its nonce into the form."""
    last = f'<input type="hidden" id="nonce" name="_nonce" value="{nonce}" form="form">'
    return nameless(last) if spec.sealed_on_phone else last


def nameless(page: str) -> str:
    """Return a page whose controls have no names: whatever happens to its script, the browser has nothing to send.

    Names stand in `data-n` instead; a text cannot look like an attribute, since its quotes are escaped.
    """
    before, form, rest = page.partition("<form") if "<form" in page else ("", "", page)
    inside, end, after = rest.partition("</form>")
    return before + form + inside.replace(' name="', ' data-n="') + end + after
