"""The style and script that stand in the pages themselves, so that a form is one request.

The keeper of rcssmin and rjsmin, which take out comments and spaces and change nothing else.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup
from rcssmin import cssmin
from rjsmin import jsmin

from forms_app.site.headers import policy
from forms_app.specs.expressions.twin import needed


@dataclass(frozen=True)
class Assets:
    """Texts of the static folder; a page's Content-Security-Policy lets exactly those run that stand in it."""

    css: Markup
    desk_css: Markup
    form_css: Markup
    scales_css: Markup
    boot: Markup
    expressions: str
    form: str

    @classmethod
    def read(cls, folder: Path) -> Assets:
        """Read them; only files of the product are ever marked as safe."""
        names = ("app.css", "scales.css", "pages.css", "desk.css")
        css, scales, pages, desk = (cssmin(_read(folder / name)) for name in names)
        boot, form = (jsmin(_read(folder / name)) for name in ("boot.js", "form.js"))
        expressions = _read(folder / "expressions.js")
        return cls(
            css=_ours(css + pages),
            desk_css=_ours(css + pages + desk),
            form_css=_ours(css),
            scales_css=_ours(css + scales),
            boot=_ours(boot),
            expressions=expressions,
            form=form,
        )

    def script(self, functions: Collection[str]) -> Markup:
        """Return the form page's script with only the expression functions that its form uses."""
        return _ours(jsmin(needed(self.expressions, functions)) + "\n" + self.form)

    def plain_policy(self) -> str:
        """Return the Content-Security-Policy of every page without script."""
        return policy([self.css, self.desk_css], [])

    def form_policy(self, style: str, script: str) -> str:
        """Return the Content-Security-Policy of a form page."""
        return policy([style], [self.boot, script])


def _ours(text: str) -> Markup:
    """Return a text of the product's own files as one that goes into a page as it is."""
    return Markup(text)  # noqa: S704 - nothing that anybody typed passes through here


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
