"""What a phone makes of a filling is what the site makes of it: the same answers, results, problems and bytes.

Every shipped form, every type of question and a form of everything at once get random texts; `PEKSOS_FUZZ` says how
many each, a few unless it is set.
"""

from __future__ import annotations

import json
import math
import os
import random
import shutil
import struct
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from forms_app.answers.filled import Filled
from forms_app.answers.recheck import recheck
from forms_app.answers.recipe import recipe
from forms_app.answers.submission import WIB, Nonce, Submission, canonical, day_of, receipt_code, show_receipt
from forms_app.office.judging import judge
from forms_app.sealing.outline import Outline
from forms_app.sealing.records import record_id
from forms_app.specs.library import read_library
from forms_app.specs.model import FormSpec
from forms_app.specs.reader import read_spec
from forms_app.storage.archive import ArchivedRecord
from tests.answers.phone import ESBUILD, NONCE, Phone, compare, envelope, expected, facts_of, on_site
from tests.answers.phone_forms import FORMATTED, HEAD, as_texts, everything, nearly, plausible, posted, sampled
from tests.answers.test_random import KINDS, form, post

FORMS = {spec.form_id: spec for spec in read_library(Path(__file__).parents[2] / "form_specs").specs}
CASES = int(os.environ.get("PEKSOS_FUZZ", "30"))
LATER_CAPITALS = {"0x19b", "0x264"}
"""Old letters that got a capital only in Unicode 16."""
EVENT = {"event_jenjang": "paud", "event_topic": "deteksi_dini"}

PAGE = Nonce.parse(NONCE) or Nonce(0, b"")
VECTORS = Path(__file__).parents[1] / "vectors" / "filling.json"
ABOUT = (
    "Known answers for filling in a form from its recipe (peksos/recipe/1). `posted` are texts by name, `facts` what "
    "else is known, `envelopes` the fields of each submission that no answer decides. A twin must give `expect`: "
    "answers, results and the bytes of submissions as canonical JSON, complaints in their order. The record id is that "
    "of day_number, secret and parts[0]. Messages are left out: they change with the words of the product."
)


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    """Run the phone's modules in one Node process."""
    if shutil.which("node") is None:
        pytest.skip("Node is not installed")
    started = Phone(tmp_path_factory.mktemp("phone"))
    yield started
    started.close()


@pytest.mark.parametrize("name", KINDS)
def test_every_type_is_read_alike(phone: Phone, name: str):
    """Nearly right, hostile and senseless texts give the same answers and complaints on the phone."""
    kind, draw = KINDS[name], random.Random(f"{name} phone")  # noqa: S311 - the same in every run
    spec = form(kind)
    for _ in range(CASES):
        compare(phone, spec, old(post(draw, kind, spec).texts), {})


def old(texts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return posted texts without signs of which one twin may know a capital that the other does not."""
    new = LATER_CAPITALS | {"Cn"}
    return {
        name: [
            "".join(sign for sign in text if not {hex(ord(sign)), unicodedata.ucd_3_2_0.category(sign)} & new)
            for text in listed
        ]
        for name, listed in texts.items()
    }


TEXTS = {
    "level": everything("respondent"),
    "silent": everything("never"),
    "silent, one card": everything("never", card="calm"),
    "parts": everything(parts=True),
}
SPECS = {name: read_spec(text, "everything.yaml") for name, text in TEXTS.items()}


def test_every_format_is_read_alike(phone: Phone):
    """Numbers that are right, or just not: a digit more, a day that no month has, separators that are none."""
    draw, spec, taken = random.Random("formats"), read_spec(HEAD + FORMATTED, "formats.yaml"), set[str]()  # noqa: S311
    for _ in range(20 * CASES):
        taken |= compare(phone, spec, nearly(draw), {})[0].answers.keys()
    assert taken == {"phone", "receipt", "npsn", "nisn", "nik"}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", SPECS)
def test_everything_at_once_is_filled_in_alike(phone: Phone, name: str, language: str):
    """Repeats, filters, results, levels, notes, parts, chance, facts and messages that repeat answers."""
    draw = random.Random(f"{name} {language}")  # noqa: S311 - the same in every run
    for _ in range(CASES):
        compare(phone, SPECS[name], posted(draw, SPECS[name]), draw.choice([EVENT, {}]), language)


@pytest.mark.parametrize("form_id", FORMS)
def test_every_shipped_form_is_filled_in_alike(phone: Phone, form_id: str):
    """The samples of the shipped forms, whole, with a few answers changed, and with many."""
    draw, spec = random.Random(f"{form_id} phone"), FORMS[form_id]  # noqa: S311 - the same in every run
    for _ in range(CASES):
        compare(phone, spec, sampled(draw, spec), draw.choice([EVENT, {}]), draw.choice(spec.languages))


def test_numbers_are_written_alike(phone: Phone):
    """The answer to a decimal question is Python's own text of a float, down to the last digit and the exponent."""
    draw = random.Random("floats")  # noqa: S311 - the same in every run
    values = [0.1, 1e16, 9999999999999998.0, 1e-5, 0.0001, 1.5e300, 5e-324, 2.0, -0.5, 123456789.125, 1e22, -1e-7]
    values += [struct.unpack("d", draw.randbytes(8))[0] for _ in range(10 * CASES)]
    values += [draw.randrange(10**15) / 10 ** draw.randrange(16) for _ in range(10 * CASES)]
    finite = [one for one in values if math.isfinite(one)]
    assert phone.ask("reals", values=finite) == [canonical(one).decode() for one in finite]


def test_texts_and_keys_are_written_alike(phone: Phone):
    """Signs that JSON escapes and those that it need not, and names in the order of their code points."""
    value = {
        "text": "".join(map(chr, range(0x100))) + "\u2028\u2029\ufffe\U0001f600",
        **{name: [1, True, None, {"b": [], "a": {}}] for name in ("\uffff", "\U00010000", "a", "aa", "Z", "")},
    }
    assert phone.ask("canonical", value=value) == canonical(value).decode()
    with pytest.raises(AssertionError, match="half of a character"):
        phone.ask("canonical", value="a\ud800")


@pytest.mark.parametrize(
    "text",
    [NONCE, "-_" * 12, "+/" * 12, "", *("A" * 23 + end for end in ("", "AA", "=", "!", "é", "A\n"))],
)
def test_a_nonce_is_read_alike(phone: Phone, text: str):
    """What is a nonce for the site is one for the phone, with the same day and secret, and nothing else is."""
    wanted = Nonce.parse(text)
    found = phone.ask("nonce", text=text)
    assert found == (wanted and {"day": wanted.day, "secret": wanted.secret.hex(), "text": str(wanted)})


def test_nonces_receipts_and_days_are_made_alike(phone: Phone):
    """The nonce of a day and of a part, the ten digits of a record, the number of a day, the times of a moment."""
    draw = random.Random("small")  # noqa: S311 - the same in every run
    for _ in range(CASES):
        day, secret, pepper, identity = draw.randrange(2**16), *(draw.randbytes(16) for _ in range(3))
        nonce = Nonce(day, secret)
        assert phone.ask("from", day=day, secret=secret.hex()) == str(nonce)
        part = phone.ask("part", text=str(nonce), part="mood", pepper=pepper.hex())
        assert part == str(nonce.for_part("mood", pepper))
        code = receipt_code(identity)
        assert phone.ask("receipt", id=identity.hex()) == [code, show_receipt(code)]
        assert phone.ask("days", days=[str(day_of(day))]) == [[day, str(day_of(day))]]
        moment = datetime.fromtimestamp(draw.randrange(2**31), UTC)
        local = moment.astimezone(WIB)
        assert phone.ask("moments", time=moment.timestamp() * 1000 + 999) == {
            "day": f"{local:%Y-%m-%d}",
            "now": f"{local:%Y-%m-%dT%H:%M}",
            "filledAt": moment.isoformat(),
            "filledAtOfPart": datetime.combine(local.date(), time(), WIB).astimezone(UTC).isoformat(),
        }


def test_a_submission_says_what_is_rare_only_where_it_is_so(phone: Phone):
    """What was sent unfinished, and what follows something, say so; a field that nobody knows is refused."""
    more = {"partial": True, "follows": "4172903855"}
    fields = {"form_id": "f", "version": "1", "digest": "d", "nonce": NONCE, "answers": {"a": "é"}, "calculated": {}}
    assert phone.ask("bytes", fields=fields) == Submission(**fields, channel="phone").to_bytes().decode()
    assert phone.ask("bytes", fields=fields | more) == Submission(**fields, channel="phone", **more).to_bytes().decode()
    with pytest.raises(AssertionError, match="unknown field"):
        phone.ask("bytes", fields=fields | {"colour": "red"})
    with pytest.raises(AssertionError, match="missing"):
        phone.ask("bytes", fields={"form_id": "f"})


def test_capitals_are_made_alike(phone: Phone):
    """Every letter has the same capital, and the same composed form; of signs that came later each knows its own."""
    old = unicodedata.ucd_3_2_0
    signs = [sign for sign in map(chr, range(0x110000)) if old.category(sign) not in ("Cn", "Cs")]
    found = phone.ask("capitals", signs="".join(signs))
    pairs = zip(signs, found, strict=True)
    differing = {hex(ord(sign)) for sign, pair in pairs if pair != [sign.upper(), unicodedata.normalize("NFC", sign)]}
    assert differing <= LATER_CAPITALS


def accepted(spec: FormSpec, found: Mapping[str, Any], whole: Filled) -> None:
    """Hold what a phone sealed against the office's rules: no flaw, and afterwards all results, also the untold."""
    for text, answers in zip(found["submissions"], found["parts"], strict=True):
        submission = Submission.from_bytes(text.encode())
        if submission.part and answers == "{}":
            continue
        assert recheck(spec, submission).problems == []
        nonce = Nonce.parse(submission.nonce)
        identity = record_id(nonce.day, nonce.secret, answers.encode()) if nonce else b""
        form = f"{spec.form_id}/{submission.part}" if submission.part else spec.form_id
        outside = ("s", "", "", "") if spec.secret else ("p", form, spec.digest, submission.event)
        header = Outline(identity, "s1", *outside)
        archived = ArchivedRecord(identity, "s1", 1, 1, nonce.day if nonce else 0, header.kind, "", "", b"")
        judged = judge(spec, submission, header, archived)
        assert judged.flaws == ()
        if not spec.parts:
            assert (judged.submission.calculated, judged.level) == (whole.calculated, whole.level)


@pytest.mark.parametrize("form_id", FORMS)
def test_the_office_accepts_what_a_phone_made_of_a_shipped_form(phone: Phone, form_id: str):
    """Main record and parts of the sample, and of what else can be sent, have no flaw and all results at the office."""
    draw, spec, sent = random.Random(f"{form_id} office"), FORMS[form_id], 0  # noqa: S311 - the same in every run
    event = EVENT if spec.event_names else {}
    for number in range(CASES):
        texts = sampled(draw, spec) if number else as_texts(spec.sample)
        filled, found = compare(phone, spec, texts, event)
        if not filled.problems:
            accepted(spec, found, filled)
            sent += 1
    assert sent


@pytest.mark.parametrize("name", SPECS)
def test_the_office_adds_what_a_phone_is_not_told(phone: Phone, name: str):
    """Results that only the site works out, those of entries too, and a level that is never shown."""
    draw, spec, sent = random.Random(f"{name} office"), SPECS[name], 0  # noqa: S311 - the same in every run
    for _ in range(20 * CASES):
        texts = draw.choice([plausible, plausible, posted])(draw, spec)
        filled, found = compare(phone, spec, texts, EVENT)
        if not filled.problems:
            accepted(spec, found, filled)
            sent += 1
    assert sent > CASES / 10


def made_vectors(file: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the vector file must hold: forms with recipes, the texts that it posts, and what becomes of these."""
    cases = []
    for case in file["cases"]:
        name, texts = case["form"], case["posted"]
        spec = SPECS[name]
        filled = on_site(spec, texts, EVENT)
        identity = record_id(PAGE.day, PAGE.secret, canonical(filled.part_answers("")))
        ids = {"record_id": identity.hex(), "receipt": receipt_code(identity)}
        envelopes = [envelope(spec, part, EVENT, "id") for part in ("", *(part.name for part in spec.parts))]
        expect = wordless(expected(spec, filled, "id", EVENT))
        cases.append({"form": name, "posted": texts, "envelopes": envelopes, "expect": expect, **ids})
    forms = {name: {"text": TEXTS[name], "recipe": wordless(recipe(spec, "id", EVENT))} for name, spec in SPECS.items()}
    facts = {**facts_of(EVENT, "id"), "day_number": PAGE.day, "secret": PAGE.secret.hex()}
    return {"about": ABOUT, "facts": facts, "forms": forms, "cases": cases}


def wordless(value: Any) -> Any:
    """Return JSON in which every message is gone; that of a complaint is named by its key."""
    if isinstance(value, list):
        return [wordless(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {name: wordless(one) for name, one in value.items() if not (name == "message" and "code" in value)}
    return found | {"say": {key: key for key in value["say"]}} if isinstance(value.get("say"), dict) else found


def one_a_line(made: Mapping[str, Any]) -> str:
    """Return the vector file: each form and each case on a line of its own."""
    lines = {name: json.dumps(one, ensure_ascii=False) for name, one in made.items()}
    lines["cases"] = "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in made["cases"]) + "\n]"
    forms = [f"{json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in made["forms"].items()]
    lines["forms"] = "{\n" + ",\n".join(forms) + "\n}"
    return "{\n" + ",\n".join(f'"{name}": {text}' for name, text in lines.items()) + "\n}\n"


def test_the_vector_file_is_what_the_site_makes():
    """The file for other implementations is up to date; PEKSOS_VECTORS=1 writes it anew, for a change that is meant."""
    file = json.loads(VECTORS.read_text(encoding="utf-8"))
    made = json.loads(json.dumps(made_vectors(file)))
    if os.environ.get("PEKSOS_VECTORS"):
        VECTORS.write_text(one_a_line(made), encoding="utf-8")
        return
    assert file == made


def test_the_vectors_hold_what_matters():
    """Fillings that can be sent and others, every kind of complaint that comes up at random, each level, every part."""
    cases = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]
    told = [case["expect"] for case in cases]
    assert {bool(one["problems"]) for one in told} == {True, False}
    codes = {problem["code"] for one in told for problem in one["problems"]}
    assert {"required", "constraint", "range", "format", "choice", "filter", "too-long", "too-many", "integer"} <= codes
    assert {one["level"] for one in told} >= {"", "urgent", "low"}
    assert any(part != "{}" for one in told for part in one["parts"][1:])
    assert any(one["warnings"] for one in told)


def give_vectors(phone: Phone) -> None:
    """Hold what the phone makes of the vector file, from the recipes in it alone, against what stands there."""
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    for name, one in vectors["forms"].items():
        phone.ask("learn", name=f"vectors/{name}", recipe=one["recipe"])
    for case in vectors["cases"]:
        name = f"vectors/{case['form']}"
        found = phone.ask(
            "fill", name=name, posted=case["posted"], facts=vectors["facts"], submissions=case["envelopes"]
        )
        assert wordless(found) == case["expect"]
        assert phone.ask("receipt", id=case["record_id"])[0] == case["receipt"]


def test_the_phone_gives_the_vectors(phone: Phone):
    """Every answer, result, complaint, byte and receipt of the file comes out."""
    give_vectors(phone)


@pytest.mark.skipif(not ESBUILD.exists(), reason="the phone's scripts are not set up: make setup")
def test_the_bundle_gives_the_vectors(tmp_path: Path):
    """So they do when the modules are bundled and minified for the oldest browser that is kept."""
    bundled = Phone(tmp_path, bundled=True)
    give_vectors(bundled)
    bundled.close()
