"""A form filled in as a person does it: the page is opened, the answers are sent, the end is read.

What is sealed on arrival is posted as without script; what is sealed on the phone goes through the phone's own script.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms_app.answers.submission import Nonce
from forms_app.site.pages import address
from forms_app.specs.model import FormSpec
from forms_app.storage.documents import Event
from tests.phone import HOME, Opened, Phone, typed_nonce

Fields = dict[str, list[str]]


@dataclass(frozen=True)
class End:
    """How a filling ended: 422 where fields are marked, what is shown, and all that the site answered."""

    status: int
    page: str
    said: str
    marked: set[str]


@dataclass(frozen=True)
class Filling:
    """One opened page: its form, its language, its nonce, what it says, and the phone that it is on if it needs one."""

    client: FlaskClient
    spec: FormSpec
    path: str
    nonce: Nonce
    page: str
    phone: Opened | None = None

    def send(self, fields: Mapping[str, list[str]] | Mapping[str, list[bytes]]) -> End:
        """Send these fields, and return what the person sees: the receipt, the card, or the page with its marks."""
        if self.phone:
            ended = self.phone.send(fields)
            return End(422 if ended.problems else ended.status, ended.page, ended.said, ended.wrong)
        answer = self.post_twice(fields)
        page, said = answer.get_data(as_text=True), str(answer.headers)
        if answer.status_code == 303:
            page = self.client.get(answer.headers["Location"]).get_data(as_text=True)
        return End(answer.status_code, page, said, set(re.findall(r'href="#f-([^"]+)"', page)))

    def post_twice(self, fields: Mapping[str, Any]) -> TestResponse:
        """Post these fields, a second time where the page first wants a warning to be read."""
        answer = self.post({**fields, "_nonce": [str(self.nonce)]})
        if answer.status_code == 200 and 'id="form"' in answer.get_data(as_text=True):
            seen = re.search(r'name="_seen" value="([^"]*)"', answer.get_data(as_text=True))
            if seen and seen[1]:
                answer = self.post({**fields, "_nonce": [str(self.nonce)], "_seen": [seen[1]]})
        return answer

    def post(self, fields: Mapping[str, list[str | bytes]] | Mapping[str, list[str]]) -> TestResponse:
        """Post exactly these fields, as bytes where no text could hold them."""
        body = urlencode([(name, text) for name, texts in fields.items() for text in texts])
        return self.client.post(self.path, data=body, content_type="application/x-www-form-urlencoded", base_url=HOME)

    def unknown(self, fields: Mapping[str, list[str]]) -> list[str]:
        """Return the names that this page has no field for."""
        there = {_any(name) for name in re.findall(r'(?:name|data-n)="([^"]+)"', html.unescape(self.page))}
        return [name for name, texts in fields.items() if any(texts) and _any(name) not in there]


def open_form(client: FlaskClient, phone: Phone, spec: FormSpec, event: Event | None, language: str) -> Filling:
    """Return the form's page as it is opened in a language; a secret form belongs to no event."""
    opened = None
    path = f"{address(spec, None if spec.secret else event)}?lang={language}"
    if spec.sealed_on_phone:
        opened = phone.open(client, spec, None, language)
        page = opened.page
    else:
        answer = client.get(path, base_url=HOME)
        assert answer.status_code == 200
        page = answer.get_data(as_text=True)
    nonce = Nonce.parse(typed_nonce(page))
    assert nonce
    return Filling(client, spec, path, nonce, page, opened)


def fields_of(answers: Mapping[str, Any]) -> Fields:
    """Return answers by the names of the page's fields: lists one by one, the entries of a repeat numbered."""
    fields: Fields = {}
    for name, answer in answers.items():
        if isinstance(answer, list) and any(isinstance(one, dict) for one in answer):
            for number, entry in enumerate(answer):
                fields |= {f"{name}-{number}-{inner}": texts for inner, texts in fields_of(entry).items()}
        else:
            fields[name] = [str(one) for one in answer] if isinstance(answer, list) else [str(answer)]
    return fields


def flat(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored answers by the names of the page's fields."""
    found: dict[str, Any] = {}
    for name, answer in answers.items():
        if isinstance(answer, list) and any(isinstance(one, dict) for one in answer):
            for number, entry in enumerate(answer):
                found |= {f"{name}-{number}-{inner}": value for inner, value in entry.items()}
        else:
            found[name] = answer
    return found


def same(stored: Any, sent: list[str]) -> bool:
    """Whether a stored answer is what was sent, but for what is promised: numbers, ticks, phone numbers, line ends."""
    if isinstance(stored, bool):
        return stored is True and sent[-1:] in (["true"], ["on"])
    if isinstance(stored, list):
        return sorted(stored) == sorted({one for one in sent if one})
    last = sent[-1].replace("\r\n", "\n").replace("\r", "\n") if sent else ""
    if isinstance(stored, int | float):
        return float(last.replace(",", ".")) == stored
    return stored in (last, last.strip()) or _bare(stored) == _bare(last)


def _bare(text: str) -> str:
    """Return the signs that count in what has a format: +62 is 0, and neither case, spaces nor hyphens matter."""
    kept = re.sub(r"[ .:/()-]", "", text).upper()
    return re.sub(r"^(\+?62|0)", "", kept) if kept.lstrip("+").isdigit() else kept


def _any(name: str) -> str:
    """Return the name of a field without the number of its entry, which is open in the page's pattern of an entry."""
    return re.sub(r"-(\d+|__n__)-", "-*-", name)
