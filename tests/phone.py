"""A phone for tests: it opens the real page, takes its kit, seals with the bundled script, and sends the records.

What runs is the sealer that pages start as a worker, in one Node process for all tests. What is seen at the end is put
together as static/phone/ending.js does it.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms_app.answers.submission import show_receipt
from forms_app.site.pages import address
from forms_app.specs.model import FormSpec
from forms_app.storage.documents import Event
from forms_app.transfer.acknowledgement import Acknowledgement, read_acknowledgement

SOURCE = Path(__file__).parents[1] / "static" / "phone"
NEEDED = (SOURCE / "node_modules" / "esbuild", SOURCE / "node_modules" / "@noble", SOURCE / "node_modules" / "@hpke")
HOME = "https://localhost"
Posted = Mapping[str, Any]


def lacking() -> str:
    """Return what this machine lacks to be a phone; "" when nothing."""
    if shutil.which("node") is None:
        return "Node"
    return "" if all(map(Path.exists, NEEDED)) else "What static/phone/build.sh fetches"


@dataclass(frozen=True)
class Ended:
    """How a filling ended: what was sealed and acknowledged, what stands on the screen, or why nothing was sent.

    `status` is that of the last answer to a record, 0 where none was sent; `said` is all that the site answered.
    `code` tells what stopped it on the phone.
    """

    status: int = 0
    receipt: str = ""
    page: str = ""
    notes: tuple[str, ...] = ()
    code: str = ""
    problems: tuple[dict[str, str], ...] = ()
    records: tuple[bytes, ...] = ()
    acknowledged: tuple[Acknowledgement, ...] = ()
    said: str = ""

    @property
    def wrong(self) -> set[str]:
        """Return the fields that must be filled in otherwise."""
        return {one["field"] for one in self.problems}


class Phone:
    """The sealer in a process of its own, asked by lines of JSON as pages ask it by messages."""

    def __init__(self, folder: Path) -> None:
        build = ["node", str(SOURCE / "build.mjs"), str(folder / "vendor"), "sealer"]
        subprocess.run(build, check=True, capture_output=True)
        (script,) = (folder / "vendor").glob("sealer.*.js")
        run = ["node", str(Path(__file__).with_suffix(".mjs")), str(script)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(run, stdin=pipe, stdout=pipe, text=True, encoding="utf-8")

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def ask(self, work: str, kit: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """Return what the sealer answers to `seal` or `check`; `failed` in it tells what stopped it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"work": work, "number": 1, "kit": kit, **more}) + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def seal(self, kit: Mapping[str, Any], posted: Posted, nonce: str, when: datetime, **more: Any) -> dict[str, Any]:
        """Return what becomes of typed texts: records, receipt, card and notes; or problems; or what failed."""
        facts = {"language": "id", "root": None, "partial": False, "follows": "", **more}
        texts = {name: _texts(typed) for name, typed in posted.items()}
        told = self.ask("seal", kit, posted=texts, nonce=nonce, now=int(when.timestamp() * 1000), **facts)
        for record in told.get("records", ()):
            record["bytes"] = base64.b64decode(record["bytes"])
        return told

    def open(self, client: FlaskClient, spec: FormSpec, event: Event | None = None, language: str = "id") -> Opened:
        """Open a form and fetch its kit, as a browser that speaks this language does."""
        headers = {"Accept-Language": language}
        answer = client.get(address(spec, event), base_url=HOME, headers=headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        page = answer.get_data(as_text=True)
        kit = client.get(kit_of(page), base_url=HOME, headers=headers)
        assert kit.status_code == 200, kit.get_data(as_text=True)
        return Opened(self, client, page, typed_nonce(page), kit.get_json(), language)

    def send(
        self,
        client: FlaskClient,
        spec: FormSpec,
        posted: Posted,
        *,
        event: Event | None = None,
        language: str = "id",
        **more: Any,
    ) -> Ended:
        """Open a form, type these texts, and send them; `partial` and `follows` as the sealer takes them."""
        return self.open(client, spec, event, language).send(posted, **more)


@dataclass(frozen=True)
class Opened:
    """A page that is open on the phone, with its nonce and its kit."""

    phone: Phone = field(repr=False)
    client: FlaskClient = field(repr=False)
    page: str = field(repr=False)
    nonce: str
    kit: dict[str, Any] = field(repr=False)
    language: str = "id"

    def send(self, posted: Posted, **more: Any) -> Ended:
        """Seal these texts and send every record; return how it ended. The clock is the site's."""
        when = self.client.application.extensions["peksos"].clock()
        told = self.phone.seal(self.kit, posted, self.nonce, when, language=self.language, **more)
        if "failed" in told:
            texts = self.kit["texts"]
            return Ended(code=told["failed"], page=texts.get(told["failed"], texts["failed"]))
        if "problems" in told:
            return Ended(problems=tuple(told["problems"]))
        return self._deliver(told)

    def _deliver(self, told: dict[str, Any]) -> Ended:
        """Send the records one after the other, until one is refused; the end is told only when none was."""
        status, said = 0, ""
        acknowledged: list[Acknowledgement] = []
        for one in told["records"]:
            answer = post_record(self.client, one["bytes"])
            status, said = answer.status_code, f"{said}{answer.headers}{answer.get_data(as_text=True)}\n"
            if status != 200:
                break
            acknowledged.append(self._acknowledged(answer, one))
        records = tuple(one["bytes"] for one in told["records"])
        ended = Ended(status, records=records, acknowledged=tuple(acknowledged), said=said)
        if status != 200:
            return ended
        notes, page = tuple(told["notes"]), end_page(self.kit, told)
        return replace(ended, receipt=told["receipt"], page=page, notes=notes)

    def _acknowledged(self, answer: TestResponse, record: Mapping[str, Any]) -> Acknowledgement:
        """Return what the site has signed, which must be of this record."""
        public = bytes.fromhex(self.kit["site_public"])
        found = read_acknowledgement(answer.data.strip(), self.kit["site"], public)
        assert found.record_id.hex() == record["id"]
        assert found.record_hash == hashlib.sha256(record["bytes"]).digest()
        return found


def post_record(client: FlaskClient, record: bytes) -> TestResponse:
    """Send one record as static/phone/sending.js does."""
    return client.post("/records", data=record, content_type="application/octet-stream", base_url=HOME)


def end_page(kit: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    """Return what stands in the page's place once everything is acknowledged, but for the moment of sending."""
    sent, notes = kit["ends"]["sent"], kit["ends"]["notes"]
    page: str = sent.get(told["card"], sent[""])
    assert page.count("<div data-notes></div>") == 1
    page = page.replace("<div data-notes></div>", "".join(notes[name] for name in told["notes"]))
    return page.replace("{code}", show_receipt(told["receipt"]))


def typed_nonce(page: str) -> str:
    """Return the nonce of a page whose controls have no names, or of one whose have."""
    (found,) = re.findall(r'(?:data-n|name)="_nonce" value="([^"]+)"', page)
    return str(found)


def kit_of(page: str) -> str:
    """Return where the kit of a page lies."""
    (found,) = re.findall(r'data-kit="([^"]+)"', page)
    return html.unescape(str(found))


def _texts(typed: Any) -> Sequence[str]:
    """Return what was typed into one field; bytes that are no text are what a page can hold of them, half signs."""
    several = typed if isinstance(typed, list | tuple) else [typed]
    return [one.decode("utf-8", "surrogateescape") if isinstance(one, bytes) else str(one) for one in several]
