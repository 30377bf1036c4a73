"""The language of a page: `?lang=`, else the browser's wish, else the site's. No cookie. The keeper of flask-babel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from flask import Flask, request
from flask_babel import Babel, format_date, format_datetime, get_locale
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from forms_app.site.kiosk import QUERY, is_kiosk
from forms_app.site.services import services
from forms_app.translation import LANGUAGES, NAMES, SOURCE, shipped

LONGEST = 200  # characters of a browser's wish that are looked at: what is remembered must stay small


def init_app(app: Flask) -> None:
    """Give templates `_()`, the page's language, and the addresses of the same page in the others."""
    Babel(
        app,
        locale_selector=language,
        default_timezone="Asia/Jakarta",
        default_translation_directories=str(shipped("translations")),
        default_locale=SOURCE,
    )

    @app.context_processor
    def texts() -> dict[str, object]:
        return {
            "lang": language(),
            "other_languages": other_languages(request.path),
            "kept": suffix(),
            "kiosk": is_kiosk(),
        }


def language() -> str:
    """Return the language of this request."""
    return _chosen() or wished(request.environ) or services().settings.language


def wished(environ: Mapping[str, str]) -> str | None:
    """Return which of our languages a browser likes best; None when it says nothing of them."""
    return _best(environ.get("HTTP_ACCEPT_LANGUAGE", "")[:LONGEST])


def _chosen() -> str:
    """Return the language that the address names, or nothing."""
    chosen = request.args.get("lang", "") if request.query_string else ""
    return chosen if chosen in LANGUAGES else ""


@lru_cache(maxsize=256)
def _best(header: str) -> str | None:
    return parse_accept_header(header, LanguageAccept).best_match(LANGUAGES)


def other_languages(path: str) -> list[tuple[str, str, str]]:
    """Return (code, name, address) of a page in the languages that it is not shown in."""
    more = f"&{QUERY}" if is_kiosk() else ""
    return [(code, NAMES[code], f"{path}?lang={code}{more}") for code in LANGUAGES if code != language()]


def suffix() -> str:
    """Return what keeps a chosen language, and a kiosk, on the next page: `?lang=en`, `?lang=en&kios=1`, or nothing."""
    chosen = _chosen()
    kept = [*([f"lang={chosen}"] if chosen else []), *([QUERY] if is_kiosk() else [])]
    return f"?{'&'.join(kept)}" if kept else ""


def calendar_day(day: date) -> str:
    """Return a day as it is written: *22 November 2026*."""
    return str(format_date(day, "d MMMM y"))


def moment(value: str | datetime) -> str:
    """Return a time as Indonesia writes it: *22 November 2026, 08.30 WIB*."""
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    pattern = "d MMMM y, HH.mm" if str(get_locale() or Locale(SOURCE)) == SOURCE else "d MMMM y, HH:mm"
    return f"{format_datetime(instant, pattern)} WIB"
