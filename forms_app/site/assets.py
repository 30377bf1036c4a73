"""The style and script that stand in the pages themselves, so that a form is one request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from forms_app.site.headers import policy


@dataclass(frozen=True)
class Assets:
    """Texts of the static folder; the Content-Security-Policy lets exactly these run."""

    css: Markup
    desk_css: Markup
    boot: Markup
    script: Markup

    @classmethod
    def read(cls, folder: Path) -> Assets:
        """Read them; only files of the product are ever marked as safe."""
        css, desk, boot, expressions, form = (
            (folder / name).read_text(encoding="utf-8").strip()
            for name in ("app.css", "desk.css", "boot.js", "expressions.js", "form.js")
        )
        return cls(Markup(css), Markup(css + desk), Markup(boot), Markup(expressions + "\n" + form))  # noqa: S704

    def policy(self) -> str:
        """Return the Content-Security-Policy of every page."""
        return policy([self.css, self.desk_css], [self.boot, self.script])
