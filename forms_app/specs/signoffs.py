"""Sign-offs: who agreed that one version of a secret form may go live. One small file for each form, by its digest."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from forms_app.specs.model import FormSpec

FOLDER = "signoffs"


@dataclass(frozen=True)
class Signoff:
    """Who signed which form: the digest says exactly what was read, texts, lists and cards included."""

    form_id: str
    digest: str
    by: str
    role: str
    date: str
    note: str = ""


def read_signoffs(*folders: Path) -> dict[str, Signoff]:
    """Return the sign-offs of these folders by form; a later folder wins. A file that says too little is none."""
    found: dict[str, Signoff] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        signoff = _read(path)
        if signoff:
            found[signoff.form_id] = signoff
    return found


def write_signoff(folder: Path, spec: FormSpec, by: str, role: str, day: date, note: str = "") -> Path:
    """Write that somebody signed the form as it is now, and return the file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    signoff = Signoff(spec.form_id, spec.digest, by, role, day.isoformat(), note)
    # A string of JSON is one of TOML, but for a sign that nobody types.
    lines = [f"{name} = {json.dumps(text, ensure_ascii=False)}\n" for name, text in asdict(signoff).items()]
    path = folder / f"{spec.form_id}.toml"
    path.write_text("".join(lines).replace("\x7f", ""), encoding="utf-8")
    path.chmod(0o600)
    return path


def _read(path: Path) -> Signoff | None:
    try:
        said: dict[str, Any] = {"form_id": path.stem, **tomllib.loads(path.read_text(encoding="utf-8"))}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return None
    texts = {one.name: str(said.get(one.name, "")).strip() for one in fields(Signoff)}
    whole = all(text for name, text in texts.items() if name != "note")
    return Signoff(**texts) if whole and texts["form_id"] == path.stem else None
