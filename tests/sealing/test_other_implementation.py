"""Another implementation of HPKE, in another language, opens our records and seals records that we open.

It is `@hpke/core` with `@hpke/hybridkem-x-wing` from npm, of pinned versions, in node; all else is node's WebCrypto.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from forms_app.sealing.records import NAMED, OPAQUE, Header, Identity, SealedRecord, check_structure, seal
from tests.conftest import PHONE

PROGRAM = Path(__file__).parent / "node" / "record.mjs"
TEXT = '{"name":"Sari ❤"}'.encode()
Answers = list[dict[str, str]]
Command = tuple[str, ...]


@pytest.fixture(scope="session")
def program(node: str, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Return the command of the program, beside the modules that `make setup` fetched by their lock file."""
    folder = tmp_path_factory.mktemp("other")
    (folder / "node_modules").symlink_to(PHONE / "node_modules")
    return node, "--preserve-symlinks", str(shutil.copy(PROGRAM, folder))


def ask(program: Command, work: str, given: list[dict[str, Any]]) -> Answers:
    """Return what the program answers to each."""
    done = subprocess.run([*program, work], input=json.dumps(given), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers: Answers = json.loads(done.stdout)
    assert len(answers) == len(given)
    return answers


def asked(record: SealedRecord, identity: Identity) -> dict[str, str]:
    """Return the question that opens a record."""
    return {"record": record.to_bytes().hex(), "role": identity.role, "seed": identity.seed.hex()}


def test_it_opens_the_stored_records(program: Command, vectors: dict[str, list[dict[str, Any]]]):
    """Every reader of every stored record reads the stored text."""
    given, wanted = [], []
    for case in vectors["records"]:
        for reader in case["identities"]:
            given.append({"record": b64decode(case["record"]).hex(), **reader})
            wanted.append({"text": case["plaintext"]})
    assert len(given) > 3
    assert ask(program, "open", given) == wanted


def test_it_opens_a_new_record(program: Command, office: Identity, event: Identity, named: Header, opaque: Header):
    """Records sealed just now open there, for both readers and for the office alone."""
    both = seal(named, TEXT, [office.recipient, event.recipient], 256)
    given = [asked(both, office), asked(both, event), asked(seal(opaque, TEXT, [office.recipient], 128), office)]
    assert ask(program, "open", given) == [{"text": TEXT.hex()}] * 3


def test_it_refuses_what_we_refuse(program: Command, office: Identity, named: Header):
    """A wrap of another record, a changed commitment, body or header, and another key do not open there either."""
    one, two = (seal(named, text, [office.recipient], 128) for text in (b"one", b"two"))
    data, other = one.to_bytes().hex(), asked(two, office)
    wrap, strange = one.wraps[0].sealed.hex(), two.wraps[0].sealed.hex()
    changed = [data.replace(wrap, strange), data.replace(one.commit.hex(), two.commit.hex())]
    changed += [data.replace(one.body.hex(), two.body.hex()), data.replace(b"metro-1".hex(), b"metro-2".hex())]
    given = [other | {"record": one} for one in changed]
    given.append(asked(one, Identity("office", bytes(32))))
    answers = ask(program, "open", [asked(one, office), *given])
    assert answers[0] == {"text": b"one".hex()}
    assert [list(answer) for answer in answers[1:]] == [["refused"]] * 5


@pytest.mark.parametrize("kind", [NAMED, OPAQUE])
def test_what_it_seals_opens_here(program: Command, office: Identity, event: Identity, kind: str):
    """The site accepts the record as it accepts its own, and each reader reads the text."""
    readers = [office] if kind == OPAQUE else [office, event]
    said = {"record_id": bytes(range(16)).hex(), "site": "metro-1", "kind": kind}
    said |= (
        dict.fromkeys(("form", "digest", "event", "ticket"), "")
        if kind == OPAQUE
        else {"form": "event_registration", "digest": "ab" * 32, "event": "K7Q2MX", "ticket": "cd" * 16}
    )
    public = [{"role": one.role, "public": one.recipient.public.hex()} for one in readers]
    (answer,) = ask(program, "seal", [{"readers": public, "header": said, "text": TEXT.hex(), "size": 512}])
    record = SealedRecord.from_bytes(bytes.fromhex(answer["record"]))
    check_structure(record, {one.role: {one.recipient.key_id} for one in readers}, 512)
    assert [one.open(record) for one in readers] == [TEXT] * len(readers)
    assert (record.header.site, record.header.kind, record.header.event) == ("metro-1", kind, said["event"])
