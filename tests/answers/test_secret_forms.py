"""The secret forms of the programme: what each of them refuses, and what all of them keep to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.answers.filled import Filled
from forms_app.answers.sizes import SECRET_BYTES, worst_bytes
from forms_app.specs.library import Library
from forms_app.specs.model import FormSpec

Filling = Callable[..., Filled]
PROGRAMME = {
    "detection_checklist_teacher",
    "detection_checklist_parent",
    "sos_report",
    "absence_referral",
    "home_visit",
    "child_followup",
    "informed_consent",
    "case_plan",
    "authority_report",
}
COMMON = [f"h{number}" for number in range(1, 12)]
STRONG = ["h12", "h13", "h14", "h15"]
LEFT_OUT = "required"

REFUSED = [
    ("detection_checklist_parent", {"hd1": ""}, [("hd1", LEFT_OUT)]),
    ("detection_checklist_parent", {"h16": ""}, [("h16", LEFT_OUT)]),
    ("detection_checklist_parent", {"ask_call": ""}, [("ask_call", LEFT_OUT)]),
    ("detection_checklist_parent", {"phone": "12"}, [("phone", "format")]),
    ("detection_checklist_parent", {"hd1": "ya", "h1": ""}, []),
    ("detection_checklist_parent", {"h16": "1", "h1": ""}, []),
    ("detection_checklist_parent", {"h12": "3", "h1": ""}, [("h1", LEFT_OUT)]),
    ("sos_report", {"danger": ""}, [("danger", LEFT_OUT)]),
    ("sos_report", {"who": ""}, [("who", LEFT_OUT)]),
    ("sos_report", {"anon": ""}, [("anon", LEFT_OUT)]),
    ("sos_report", {"story": ""}, [("story", LEFT_OUT)]),
    ("sos_report", {"story": "Anak tak."}, [("story", "constraint")]),
    ("sos_report", {"name": ""}, [("name", LEFT_OUT)]),
    ("sos_report", {"phone": ""}, [("phone", LEFT_OUT)]),
    ("sos_report", {"reach": "pesan", "phone": ""}, [("phone", LEFT_OUT)]),
    ("sos_report", {"child_age": "18"}, [("child_age", "range")]),
    ("sos_report", {"who": "anak"}, [("k_anon", LEFT_OUT), ("k_story", LEFT_OUT)]),
    ("sos_report", {"who": "anak", "k_anon": "tanpa_nama", "k_story": "Takut."}, [("k_story", "constraint")]),
    ("absence_referral", {"days": ""}, [("days", LEFT_OUT)]),
    ("absence_referral", {"days": "25"}, [("days", "range")]),
    ("absence_referral", {"days_sick": "25"}, [("days_sick", "range")]),
    ("absence_referral", {"reason": ""}, [("reason", LEFT_OUT)]),
    ("absence_referral", {"tried": ["belum", "surat"]}, [("tried", "constraint")]),
    ("absence_referral", {"worry": "", "ask": ""}, [("worry", LEFT_OUT), ("ask", LEFT_OUT)]),
    ("absence_referral", {"child_birth_year": "2000"}, [("child_birth_year", "constraint")]),
    ("absence_referral", {"kel": ""}, [("kel", LEFT_OUT)]),
    ("absence_referral", {"kec": "18.72.02"}, [("kel", "filter")]),
    ("absence_referral", {"kel": "luar"}, [("kel", "filter")]),
    ("home_visit", {"visit_date": "2026-11-22", "next": "2026-11-22"}, []),
    ("home_visit", {"visit_date": "2026-11-23"}, [("visit_date", "constraint")]),
    ("home_visit", {"next": "2026-11-21"}, [("next", "constraint")]),
    ("home_visit", {"next": ""}, [("next", LEFT_OUT)]),
    ("home_visit", {"d4": ""}, [("d4", LEFT_OUT)]),
    ("home_visit", {"met": ""}, [("met", LEFT_OUT)]),
    ("home_visit", {"worker_level": ""}, [("worker_level", LEFT_OUT)]),
    ("home_visit", {"worker_level": "watch"}, [("worker_reason", LEFT_OUT)]),
    ("home_visit", {"d1": "ya", "worker_level": "low"}, [("worker_reason", LEFT_OUT)]),
    ("home_visit", {"safe": "tidak", "worker_level": "urgent", "note": ""}, [("note", LEFT_OUT)]),
    ("home_visit", {"safe": "tidak", "worker_level": "urgent", "q1": "", "met": ""}, []),
    ("home_visit", {"nik": "1872993213850001"}, [("nik", "format")]),
    ("home_visit", {"nik": "1871010101850001"}, []),
    ("child_followup", {"w3": ""}, [("w3", LEFT_OUT)]),
    ("child_followup", {"role_performed": ""}, [("role_performed", LEFT_OUT)]),
    ("child_followup", {"decision": "tutup"}, [("close_reason", LEFT_OUT)]),
    ("child_followup", {"next": ""}, [("next", LEFT_OUT)]),
    ("informed_consent", {"c_service": ""}, [("c_service", LEFT_OUT)]),
    ("informed_consent", {"c_data": ""}, [("c_data", LEFT_OUT)]),
    ("informed_consent", {"limit": ""}, [("limit", LEFT_OUT)]),
    ("informed_consent", {"c_service": "tidak", "c_data": "tidak", "limit": ""}, [("limit", LEFT_OUT)]),
    ("informed_consent", {"c_share": ["sekolah", "tidak_satu_pun"]}, [("c_share", "constraint")]),
    ("informed_consent", {"witness": ""}, [("witness", LEFT_OUT)]),
    ("informed_consent", {"how": "kertas", "witness": ""}, []),
    ("informed_consent", {"assent": ""}, [("assent", LEFT_OUT)]),
    ("informed_consent", {"valid_until": "2026-11-22"}, []),
    ("informed_consent", {"valid_until": "2026-11-21"}, [("valid_until", "constraint")]),
    ("informed_consent", {"act": "tarik"}, [("withdraw_code", LEFT_OUT), ("withdraw_parts", LEFT_OUT)]),
    (
        "informed_consent",
        {"act": "tarik", "withdraw_code": "41729 03856", "withdraw_parts": ["c_data"]},
        [("withdraw_code", "format")],
    ),
    ("case_plan", {"problem": ""}, [("problem", LEFT_OUT)]),
    ("case_plan", {"conflict_flag": ""}, [("conflict_flag", LEFT_OUT)]),
    ("authority_report", {"told_at": "2026-11-22T00:00", "sent_at": "2026-11-22T00:00"}, []),
    ("authority_report", {"told_at": "2026-11-22T00:01"}, [("told_at", "constraint"), ("sent_at", "constraint")]),
    ("authority_report", {"sent_at": "2026-11-20T08:29"}, [("sent_at", "constraint")]),
    ("authority_report", {"sent_at": "2026-11-22T00:01"}, [("sent_at", "constraint")]),
    ("authority_report", {"child_safe_place": ""}, [("child_safe_place", LEFT_OUT)]),
]


@pytest.mark.parametrize(("form", "changes", "codes"), REFUSED)
def test_what_a_form_refuses_and_what_it_takes(
    form: str, changes: dict[str, Any], codes: list[tuple[str, str]], library: Library, filling: Filling
):
    """The sample with these changes has exactly these problems."""
    spec = library.by_id(form)
    filled = filling(spec, {**dict(spec.sample), **changes})
    assert [(one.field, one.problem.code) for one in filled.problems] == codes


def programme(library: Library) -> list[FormSpec]:
    """Return the secret forms."""
    return [spec for spec in library if spec.secret]


def test_all_secret_forms_are_there(library: Library):
    """The nine forms about single children, and no other, are secret."""
    assert {spec.form_id for spec in programme(library)} == PROGRAMME


def test_what_all_secret_forms_keep_to(library: Library):
    """The office alone reads them, their titles say nothing, and a record fits the one size of all."""
    for spec in programme(library):
        assert spec.readers == ("office",)
        assert spec.seal_at == "phone"
        assert spec.title.source == f"Formulir {spec.slug}"
        assert worst_bytes(spec) <= SECRET_BYTES
        assert not any(one.sensitivity != "secret" for one in spec.questions()), spec.form_id


def test_every_closing_says_when_it_can_be_read(library: Library):
    """Nobody may wait for help from a form that lies unread."""
    for spec in programme(library):
        closing = spec.closing.source
        assert "paling cepat hari kerja berikutnya" in closing
        assert "belum dibaca" in closing
        assert "telepon sekarang" in closing
        assert "BUKAN pengganti telepon" in closing


def test_whoever_is_in_doubt_is_told_to_call(library: Library):
    """The card of the lowest level of every form says so; of the parents' form it is the card of all."""
    for spec in programme(library):
        if spec.outcome:
            lowest = spec.outcome.card(spec.outcome.rules[-1].card)
            assert "Bila ragu, telepon" in lowest.body.source, spec.form_id
            assert lowest.numbers, spec.form_id


def test_only_a_home_visit_asks_for_a_nik_and_no_form_for_a_place(library: Library):
    """A number that tells birth and sex is asked for aid alone; where a child lives is never a point."""
    asking = [
        (spec.form_id, one.name, one.required)
        for spec in library
        for one in spec.questions()
        if one.parameter("format") == "nik" or "nik" in one.name.split("_")
    ]
    assert asking == [("home_visit", "nik", None)]
    assert not [one.name for spec in programme(library) for one in spec.questions() if one.type == "geopoint"]


def test_no_consent_is_given_beforehand(library: Library):
    """Each consent stands alone, and none has an answer before somebody gives it."""
    spec = library.by_id("informed_consent")
    consents = [one for one in spec.questions() if one.name.startswith("c_") or one.name in ("limit", "assent", "act")]
    assert len(consents) == 8
    assert [one.name for one in consents if one.default] == []


@pytest.mark.parametrize("who", ["ortu", "anak"])
@pytest.mark.parametrize("soon", ["lebih_lama", "hari_ini"])
@pytest.mark.parametrize("person", ["", "serumah", "keluarga_lain", "dewasa_sekolah", "teman", "tidak_tahu"])
def test_the_counsellor_is_named_only_when_no_adult_at_school_is_feared(
    who: str, soon: str, person: str, library: Library, filling: Filling
):
    """PEKSOS is named always; the school counsellor when the person of concern is known and is not at school."""
    spec = library.by_id("sos_report")
    changes = {"who": who, "when": soon, "concern_rel": person, "k_anon": "tanpa_nama", "k_story": "Saya takut sekali."}
    filled = filling(spec, {**dict(spec.sample), **changes})
    assert filled.card is not None
    body = filled.card.body.source
    assert "PEKSOS" in body
    assert ("guru BK" in body) <= (person in ("serumah", "keluarga_lain", "teman"))


def test_a_child_is_spoken_to_as_a_child(library: Library, filling: Filling):
    """A child meets no question and no card that says Bapak/Ibu, and its age is a band."""
    spec = library.by_id("sos_report")
    changes = {"who": "anak", "k_anon": "tanpa_nama", "k_story": "Saya takut sekali.", "reach": "jangan_hubungi"}
    filled = filling(spec, {**dict(spec.sample), **changes})
    asked = [one for one in spec.questions() if one.name in filled.relevant]
    assert not [one.name for one in asked if "Bapak/Ibu" in one.label.source + one.hint.source]
    assert filled.card is not None
    assert "Bapak/Ibu" not in filled.card.body.source
    assert {"k_age", "k_story", "k_anon"} <= filled.relevant
    assert not {"child_age", "phone", "anon", "story"} & filled.relevant


signs = st.fixed_dictionaries({
    **dict.fromkeys((*COMMON, "h12"), st.sampled_from(["0"] * 5 + ["1", "2", "3", "9"])),
    **dict.fromkeys(("h13", "h14", "h15", "h16"), st.sampled_from(["0"] * 12 + ["1", "2", "3", "9"])),
    **dict.fromkeys(("hd1", "hd2"), st.sampled_from(["tidak"] * 9 + ["ya", "tidak_tahu"])),
})  # fmt: skip


@given(signs)
def test_any_parents_checklist_is_judged_as_written_down(library: Library, filling: Filling, answers: dict[str, str]):
    """The level follows the rules of domain.md 2.5 for any answers, and the card is the same for all."""
    spec = library.by_id("detection_checklist_parent")
    seen = {name: 0 if answers[name] == "9" else int(answers[name]) for name in (*COMMON, *STRONG, "h16")}
    total = sum(seen[name] for name in COMMON)
    if "ya" in (answers["hd1"], answers["hd2"]) or seen["h16"] >= 1:
        level = "immediate"
    elif any(seen[name] >= 1 for name in STRONG) or total >= 12:
        level = "urgent"
    elif any(seen[name] >= 2 for name in COMMON) or total >= 4:
        level = "watch"
    else:
        level = "low"
    filled = filling(spec, {**dict(spec.sample), **answers})
    assert filled.problems == []
    assert filled.level == level
    assert filled.card is not None
    assert filled.card.name == "thanks"
