"""The style and script that stand in the pages themselves, so that a form is one request.

The keeper of rcssmin, which takes out comments and spaces, and of minify, which also shortens the names that a script
keeps to itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from markupsafe import Markup
from rcssmin import cssmin

from forms_app.later import Later
from forms_app.site.headers import policy
from forms_app.specs.expressions.twin import needed

if TYPE_CHECKING:
    import minify
else:
    # Loaded with the first form that is shown, and not before: its threads would not come along into the processes of
    # a server that forks after loading the application, and each of these would wait for them for ever.
    minify = Later("minify")

_AROUND = ("sample", "alarm", "exit")  # parts that pages around the form are dressed with too
_PARTS_HERE = "  // parts\n"
_MINIFYING = Lock()  # minify has one state for all threads: beside another call it fails now and then
_CHROME_80 = 2020  # the ECMAScript that the oldest phones read


@dataclass(frozen=True)
class Assets:
    """Texts of the static folder; a page's Content-Security-Policy lets exactly those run that stand in it."""

    css: Markup
    desk_css: Markup
    ending_css: Markup
    boot: Markup
    form_css: str
    form: str
    expressions: str
    parts: Mapping[str, str]

    @classmethod
    def read(cls, folder: Path) -> Assets:
        """Read them; only files of the product are ever marked as safe."""
        texts = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file()}
        parts = {path.name: path.read_text(encoding="utf-8") for path in (folder / "parts").iterdir()}
        css = "".join([texts["app.css"], *(parts[f"{name}.css"] for name in _AROUND), texts["pages.css"]])
        return cls(
            css=_ours(cssmin(css)),
            desk_css=_ours(cssmin(css + texts["desk.css"])),
            ending_css=_ours(cssmin("".join([*(parts[f"{name}.css"] for name in _AROUND), texts["pages.css"]]))),
            boot=_ours(texts["boot.js"].strip()),
            form_css=texts["app.css"],
            form=texts["form.js"],
            expressions=texts["expressions.js"],
            parts=parts,
        )

    def style(self, parts: Iterable[str]) -> Markup:
        """Return the form page's style with that of these parts."""
        return _ours(cssmin(self.form_css + self._of_parts(parts, "css")))

    def script(self, functions: Collection[str], parts: Iterable[str]) -> Markup:
        """Return the form page's script with these parts, and only the expression functions that its form uses."""
        before, after = self.form.split(_PARTS_HERE)
        form = before + self._of_parts(parts, "js") + after
        return _smallest(needed(self.expressions, functions) + "\n" + form)

    @cached_property
    def turn(self) -> Markup:
        """The script of a kiosk's receipt, which gives way to the next person."""
        return _smallest(self.parts["turn.js"])

    def forced(self, theme: str) -> Markup:
        """Return the tokens of `light`, `dark`, `light contrast` or `dark contrast`, whatever the phone wishes."""
        light, dark, _contrast = re.findall(r":root \{(.*?)\}", self.form_css, re.DOTALL)
        (contrast,) = re.findall(r"@media\(prefers-contrast:more\) \{(.*)\}\n", self.form_css)
        scheme, _space, more = theme.partition(" ")
        tokens = f":root {{{dark if scheme == 'dark' else light}; color-scheme:{scheme}}}"
        return _ours(cssmin(tokens + (contrast if more else "")))

    def page_style(self, part: str) -> Markup:
        """Return the style of a page around the forms with that of one part."""
        return self.css + _ours(cssmin(self.parts[f"{part}.css"]))

    def plain_policy(self) -> str:
        """Return the Content-Security-Policy of every page without script."""
        return policy([self.css, self.desk_css], [])

    def form_policy(self, style: str, script: str, *, sealed: bool) -> str:
        """Return the Content-Security-Policy of a form page; one that is sealed on the phone cannot post at all."""
        return policy([style], [self.boot, script], works=True, posts=not sealed)

    def _of_parts(self, names: Iterable[str], kind: str) -> str:
        return "".join(self.parts.get(f"{name}.{kind}", "") for name in names)


def _smallest(script: str) -> Markup:
    """Return a script of the product's own as short as it gets."""
    with _MINIFYING:
        minify.config({"js-version": _CHROME_80})
        return _ours(minify.string("text/javascript", script))


def _ours(text: str) -> Markup:
    """Return a text of the product's own files as one that goes into a page as it is."""
    return Markup(text)  # noqa: S704 - nothing that anybody typed passes through here
