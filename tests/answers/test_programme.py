"""The forms of the programme that are not secret: what they refuse, what they warn of, and what they never ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from forms_app.answers.filled import Filled
from forms_app.specs.library import Library
from forms_app.specs.model import FormSpec

Filling = Callable[..., Filled]
PUBLIC = (
    "school_profile",
    "school_visit_log",
    "consultation_request",
    "partner_directory",
    "impact_survey",
    "peksos_training_log",
    "event_plan",
    "event_registration",
    "odfc_attendance",
    "training_feedback_pre",
    "training_feedback_post",
)
ANONYMOUS = ("impact_survey", "training_feedback_pre", "training_feedback_post")
SESSION = {"topic": "uu_pa", "tier": "1", "audience": "siswa", "n_m": "9", "n_f": "9", "minutes": "60"}
WALK_IN = {"walkin": "ya", "reg_code": "", "full_name": "Sri", "child_n": "1"}
FRIDAY = {"date": "2027-07-23", "start": "08:00", "end": "11:30"}
EMPTY = ""


def fill_in(spec: FormSpec, filling: Filling, changes: Mapping[str, Any]) -> Filled:
    """Return the sample with these changes, filled in."""
    return filling(spec, {**dict(spec.sample), **changes})


def always_required(spec: FormSpec) -> set[str]:
    """Return the questions that every complete filling answers, those of no repeat."""
    return {
        question.name
        for page in spec.pages
        for question in page.questions
        if question.always_required and not question.conditions and page.relevant is None
    }


REQUIRED = {
    "school_profile": {
        "npsn", "name", "jenjang", "status", "under", "kec", "address", "head_name", "head_phone", "focal_name",
        "focal_phone", "pupils_m", "pupils_f", "bk", "inclusive", "boarding", "aid_pct", "sos", "sop", "visited12",
        "mou", "hall", "signal", "wifi", "genset",
    },
    "school_visit_log": {
        "npsn", "date", "planned", "agreed_by", "purpose", "team_peksos", "team_psikolog", "team_pendamping",
        "team_relawan", "next", "school_rep",
    },
    "consultation_request": {"who", "topic", "question", "how_soon", "reply", "publish", "agree"},
    "event_registration": {"reg_kind", "full_name", "photo_ok", "agree"},
    "odfc_attendance": {"walkin", "adults_in", "children_in", "incident"},
    "training_feedback_pre": {"pair_code", "role", *(f"k{n}" for n in range(1, 7)), *(f"c{n}" for n in range(1, 5))},
}  # fmt: skip


@pytest.mark.parametrize("form_id", REQUIRED)
def test_what_must_be_answered(form_id: str, library: Library):
    """Exactly the questions that domain.md marks R are required of everybody."""
    assert always_required(library.by_id(form_id)) == REQUIRED[form_id]


@pytest.mark.parametrize("form_id", PUBLIC)
def test_each_required_question_is_missed(form_id: str, library: Library, filling: Filling):
    """Left empty, each of them is asked for again, by itself."""
    spec = library.by_id(form_id)
    for name in sorted(always_required(spec)):
        filled = fill_in(spec, filling, {name: EMPTY})
        assert (name, "required") in [(one.field, one.problem.code) for one in filled.problems], name


@pytest.mark.parametrize(
    ("form_id", "changes", "problem"),
    [
        ("school_profile", {"npsn": "1080712"}, ("npsn", "format")),
        ("school_profile", {"name": "S"}, ("name", "constraint")),
        ("school_profile", {"kel": "18.72.01.1003"}, ("kel", "filter")),
        ("school_profile", {"kel": "luar"}, ("kel", "filter")),
        ("school_profile", {"kel": EMPTY}, ("kel", "required")),
        ("school_profile", {"head_phone": "0812"}, ("head_phone", "format")),
        ("school_profile", {"pupils_m": "3001"}, ("pupils_m", "range")),
        ("school_profile", {"pupils_f": "-1"}, ("pupils_f", "range")),
        ("school_profile", {"classes": "101"}, ("classes", "range")),
        ("school_profile", {"teachers": "201"}, ("teachers", "range")),
        ("school_profile", {"bk": "21"}, ("bk", "range")),
        ("school_profile", {"cases12_fisik": "-1"}, ("cases12_fisik", "range")),
        ("school_profile", {"mou_date": EMPTY}, ("mou_date", "required")),
        ("school_profile", {"mou_date": "2026-11-23"}, ("mou_date", "constraint")),
        ("school_profile", {"sos_members": [{"member_role": "guru"}]}, ("sos_members-0-member_role", "choice")),
        ("school_profile", {"sos_members": [{"member_role": "peksos"}]}, ("sos_members-0-member_name", "required")),
        ("school_visit_log", {"date": "2026-11-23"}, ("date", "constraint")),
        ("school_visit_log", {"next": "2026-07-29"}, ("next", "constraint")),
        (
            "school_visit_log",
            {"team_peksos": "0", "team_psikolog": "0", "team_pendamping": "0", "team_relawan": "0"},
            ("team_relawan", "constraint"),
        ),
        ("school_visit_log", {"team_psikolog": "21"}, ("team_psikolog", "range")),
        ("school_visit_log", {"sessions": [{**SESSION, "minutes": "14"}]}, ("sessions-0-minutes", "range")),
        ("school_visit_log", {"sessions": [{**SESSION, "minutes": "481"}]}, ("sessions-0-minutes", "range")),
        ("school_visit_log", {"sessions": [{**SESSION, "n_m": "1001"}]}, ("sessions-0-n_m", "range")),
        ("school_visit_log", {"sessions": [{**SESSION, "tier": "4"}]}, ("sessions-0-tier", "choice")),
        ("school_visit_log", {"sessions": [{**SESSION, "topic": EMPTY}]}, ("sessions-0-topic", "required")),
        ("school_visit_log", {"cases_opened": "51"}, ("cases_opened", "range")),
        ("school_visit_log", {"todo": [{"todo_who": "Guru BK"}]}, ("todo-0-todo_what", "required")),
        ("consultation_request", {"question": "Anak saya takut gel"}, ("question", "constraint")),
        ("consultation_request", {"question": "a" + " " * 30 + "b"}, ("question", "constraint")),
        ("consultation_request", {"question": "a" * 1001}, ("question", "too-long")),
        ("consultation_request", {"phone": EMPTY}, ("phone", "required")),
        ("consultation_request", {"reply": "telepon", "phone": EMPTY}, ("phone", "required")),
        ("consultation_request", {"agree": EMPTY}, ("agree", "required")),
        ("partner_directory", {"verified_on": "2026-11-23"}, ("verified_on", "constraint")),
        ("partner_directory", {"contact_phone": "119"}, ("contact_phone", "format")),
        ("impact_survey", {"i1": "6"}, ("i1", "choice")),
        ("peksos_training_log", {"hours": "0"}, ("hours", "range")),
        ("event_plan", {"end": "07:30"}, ("end", "constraint")),
        ("event_plan", {"expected": "0"}, ("expected", "range")),
        ("event_registration", {"full_name": "S"}, ("full_name", "constraint")),
        ("event_registration", {"full_name": "S" * 81}, ("full_name", "too-long")),
        ("event_registration", {"phone": "0812"}, ("phone", "format")),
        ("event_registration", {"rel": EMPTY}, ("rel", "required")),
        ("event_registration", {"child_n": "11"}, ("child_n", "range")),
        ("event_registration", {"children": [{"nick": "Rini", "kelas": "1"}]}, ("children-1-nick", "required")),
        ("event_registration", {"agree": EMPTY}, ("agree", "required")),
        ("odfc_attendance", {"reg_code": "41729 03854"}, ("reg_code", "format")),
        ("odfc_attendance", {"reg_code": EMPTY}, ("reg_code", "required")),
        ("odfc_attendance", {**WALK_IN, "full_name": EMPTY}, ("full_name", "required")),
        ("odfc_attendance", {**WALK_IN, "child_n": "11"}, ("child_n", "range")),
        ("odfc_attendance", {"adults_in": "11"}, ("adults_in", "range")),
        ("odfc_attendance", {"children_in": "11"}, ("children_in", "range")),
        ("odfc_attendance", {"ticket": EMPTY}, ("ticket", "required")),
        ("odfc_attendance", {"left_with": EMPTY}, ("left_with", "required")),
        ("training_feedback_pre", {"pair_code": "NI32"}, ("pair_code", "constraint")),
        ("training_feedback_pre", {"pair_code": "NI00"}, ("pair_code", "constraint")),
        ("training_feedback_post", {"plan": ["belum_ada", "mengobrol"]}, ("plan", "constraint")),
    ],
)  # fmt: skip
def test_what_is_refused(
    form_id: str, changes: dict[str, Any], problem: tuple[str, str], library: Library, filling: Filling
):
    """One step beyond each boundary the answer is refused, and nothing else with it."""
    filled = fill_in(library.by_id(form_id), filling, changes)
    assert [(one.field, one.problem.code) for one in filled.problems if one.field == problem[0]] == [problem]
    assert {one.field.partition("-")[0] for one in filled.problems} == {problem[0].partition("-")[0]}


@pytest.mark.parametrize(
    ("form_id", "changes", "warned"),
    [
        ("consultation_request", {}, []),
        ("consultation_request", {"question": "Anak saya Rini takut tidur sendiri."}, ["question"]),
        ("consultation_request", {"question": "Kata guru di SD Contoh, anak melamun."}, ["question"]),
        ("consultation_request", {"question": "Anak saya (Rini) takut tidur sendiri."}, ["question"]),
        ("consultation_request", {"question": "Anak saya di kelas 7A sering diejek."}, ["question"]),
        ("consultation_request", {"question": "Anak saya di kelas VII-B sering diejek."}, ["question"]),
        ("consultation_request", {"question": "Anak saya di kelas 4 b sering diejek"}, ["question"]),
        ("consultation_request", {"question": "Saya punya 2 anak. Bagaimana membagi waktu?"}, []),
        ("consultation_request", {"question": "Anak memakai HP 5 jam. Apa yang bisa saya lakukan?"}, []),
        ("consultation_request", {"question": "Anak saya takut.\nBapak marah. Apa yang harus saya buat?"}, []),
        ("consultation_request", {"question": "~ Anak saya Rini takut ~ tidur sendiri."}, ["question"]),
        ("school_visit_log", {}, []),
        ("school_visit_log", {"issues": "Tadi Adi menangis di ruang BK."}, ["issues"]),
        ("school_visit_log", {"issues": "Listrik padam. Ruang BK panas."}, []),
        ("partner_directory", {"verified_on": "2026-05-26"}, []),
        ("partner_directory", {"verified_on": "2026-05-25"}, ["verified_on"]),
        ("event_plan", {}, []),
        ("event_plan", {"date": "2026-11-22"}, []),
        ("event_plan", {"date": "2026-11-21"}, ["date"]),
        ("event_plan", FRIDAY, []),
        ("event_plan", {**FRIDAY, "end": "11:31"}, ["end"]),
        ("event_plan", {**FRIDAY, "start": "12:59", "end": "15:00"}, ["end"]),
        ("event_plan", {**FRIDAY, "start": "13:00", "end": "15:00"}, []),
        ("event_plan", {"start": "08:00", "end": "15:00"}, []),
        ("event_plan", {"expected": "151"}, ["posters_n"]),
        ("event_plan", {"expected": "180", "posters_n": "8"}, []),
        ("event_plan", {"expected": "181", "posters_n": "8"}, ["kiosks_n"]),
    ],
)
def test_what_is_warned_of(
    form_id: str, changes: dict[str, Any], warned: list[str], library: Library, filling: Filling
):
    """What looks wrong is pointed out and kept; one step before the boundary nothing is said."""
    filled = fill_in(library.by_id(form_id), filling, changes)
    assert ([one.field for one in filled.warnings], filled.problems) == (warned, [])


def test_the_eight_schools_of_the_domain_are_there(library: Library):
    """The schools of domain.md section 6 stand in the profile, with their score and their priority."""
    vectors = {one["name"]: one["expect"] for one in library.by_id("school_profile").vectors}
    of_domain = [name for name in vectors if name.startswith("6 ")]
    schools = {name.split()[1]: (vectors[name]["score"], vectors[name]["priority"]) for name in of_domain}
    assert schools == {
        "S1": ("5", "B"),
        "S2": ("6", "B"),
        "S3": ("8", "A"),
        "S4": ("9", "A"),
        "S5": ("6", "B"),
        "S6": ("7", "B"),
        "S7": ("4", "C"),
        "S8": ("11", "A"),
    }


def test_a_small_number_of_reports_is_not_shown(library: Library, filling: Filling):
    """What is public of a school's reports never tells a number below five; the number itself is personal."""
    spec = library.by_id("school_profile")
    kinds = {one.name: EMPTY for one in spec.questions() if one.groups == ("cases12",)}
    shown = [fill_in(spec, filling, {**kinds, "cases12_siber": str(n)}).values["cases12_shown"] for n in range(6)]
    assert shown == ["0", "1–4", "1–4", "1–4", "1–4", "5"]
    personal = {one.name for one in spec.questions() if one.sensitivity == "personal"}
    assert {*kinds, "cases12_known", "cases12_sum", "cases_points", "score", "priority", "sos"} <= personal


def test_notes_say_that_no_report_is_no_safety(library: Library, filling: Filling):
    """Both an empty and a zero count bring their note; a count brings none."""
    spec = library.by_id("school_profile")
    kinds = {one.name: EMPTY for one in spec.questions() if one.groups == ("cases12",)}
    notes = {"cases12_none", "cases12_zero"}
    for count, shown in ((EMPTY, {"cases12_none"}), ("0", {"cases12_zero"}), ("1", set[str]())):
        assert fill_in(spec, filling, {**kinds, "cases12_fisik": count}).relevant & notes == shown


def test_a_number_is_asked_only_of_those_who_want_to_be_called(library: Library, filling: Filling):
    """Whoever takes the answer by the receipt code is asked for neither phone nor hours."""
    spec = library.by_id("consultation_request")
    asked = {reply: fill_in(spec, filling, {"reply": reply}).answers for reply in ("kode_bukti", "pesan", "bertemu")}
    assert {reply: {"phone", "safe_time"} & set(one) for reply, one in asked.items()} == {
        "kode_bukti": set(),
        "pesan": {"phone", "safe_time"},
        "bertemu": {"safe_time"},
    }


@pytest.mark.parametrize("form_id", ANONYMOUS)
def test_an_anonymous_form_asks_nobody_who_they_are(form_id: str, library: Library):
    """No name, number, age or class is asked, and all that is asked is public."""
    spec = library.by_id(form_id)
    assert {one.sensitivity for one in spec.questions()} == {"public"}
    free = {one.name for one in spec.questions() if one.type not in ("note", "calculate", "hidden", "select_one")}
    assert free <= {"pair_code", "expect", "improve", "plan"}
    assert not {"kelas", "sex"} & {name for name, _choices in spec.choices}


@pytest.mark.parametrize("form_id", PUBLIC)
def test_nobody_is_asked_for_a_place_or_a_belief(form_id: str, library: Library):
    """No form of the programme takes a point on the map, or asks for religion or ethnicity."""
    words = ("agama", "suku", "etnis", "religion", "gps")
    for question in library.by_id(form_id).questions():
        assert question.type != "geopoint"
        assert not any(word in f"{question.name} {question.label.source}".lower().split() for word in words)
