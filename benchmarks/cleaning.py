"""What it costs to judge one submission of twelve questions: `fill`, beside a bare WTForms form in the same run.

Both get the same posted texts, all of them good, and reach the same answers: an observation of a child with texts, a
number, a date, four lists to pick one from, two to pick many from, and one question that depends on another. The
submissions differ, so that nothing is gained by remembering one. Rounds are interleaved; CPU time is this process's
own. Quote the ratio, not the rate:

    .venv/bin/python benchmarks/cleaning.py [--rounds 7] [--submissions 2000] [--profile]
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import DateField, Form, IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional

from forms_app.answers.filling import fill
from forms_app.specs.model import FormSpec
from forms_app.specs.reader import read_spec

TODAY = date(2026, 11, 22)
OFTEN = {"selalu": "Selalu", "sering": "Sering", "jarang": "Jarang", "tidak_pernah": "Tidak pernah"}
LISTS: Mapping[str, Mapping[str, str]] = {
    "hubungan": {"orang_tua": "Orang tua", "wali": "Wali", "guru": "Guru", "lainnya": "Lainnya"},
    "sering": OFTEN,
    "bicara": {
        "lancar": "Lancar",
        "kalimat_pendek": "Kalimat pendek",
        "satu_kata": "Satu kata",
        "belum_bicara": "Belum bicara",
    },
    "perilaku": {
        "berulang": "Gerakan berulang",
        "sulit_fokus": "Sulit fokus",
        "mudah_marah": "Mudah marah",
        "menyendiri": "Suka menyendiri",
        "peka_suara": "Peka terhadap suara",
        "terlalu_aktif": "Terlalu aktif",
    },
    "kebutuhan": {
        "terapi_wicara": "Terapi wicara",
        "terapi_okupasi": "Terapi okupasi",
        "psikolog": "Psikolog",
        "guru_pendamping": "Guru pendamping",
        "alat_bantu": "Alat bantu",
        "belum_tahu": "Belum tahu",
    },
}
QUESTIONS = """\
      - {name: nama_anak, type: text, label: Nama lengkap anak, required: "true()"}
      - {name: nama_pengisi, type: text, label: Nama pengisi formulir}
      - {name: usia_bulan, type: integer, label: Usia anak (bulan), parameters: min=0 max=216}
      - {name: tanggal_pengamatan, type: date, label: Tanggal pengamatan}
      - {name: hubungan, type: select_one hubungan, label: Hubungan Anda dengan anak}
      - {name: tatap_mata, type: select_one sering, label: Apakah anak menatap mata saat diajak bicara?}
      - {name: instruksi, type: select_one sering, label: Apakah anak memahami instruksi sederhana?}
      - {name: bicara, type: select_one bicara, label: Bagaimana kemampuan bicara anak?}
      - name: cara_komunikasi
        type: text
        label: Bagaimana anak menyampaikan keinginannya?
        relevant: "${bicara} = 'belum_bicara'"
      - {name: perilaku, type: select_multiple perilaku, label: Perilaku yang sering terlihat}
      - {name: kebutuhan, type: select_multiple kebutuhan, label: Bantuan yang dibutuhkan}
      - {name: catatan, type: text, label: Catatan tambahan, appearance: multiline}
"""


def checklist() -> FormSpec:
    """Return the form as a spec of ours."""
    rows = "".join(
        f"  {name}: [{', '.join(f'{{name: {choice}, label: {label}}}' for choice, label in choices.items())}]\n"
        for name, choices in LISTS.items()
    )
    return read_spec(
        f"""\
form_id: deteksi_dini
slug: "90"
version: "1"
title: Ceklis
heading: Ceklis deteksi dini anak
audience: teacher
sensitivity: personal
readers: [office]
seal_at: arrival
legal_basis: consent
retention: {{site: 30d, office: 1y}}
languages: [id]
choices:
{rows}pages:
  - name: satu
    label: Pengamatan
    questions:
{QUESTIONS}""",
        "checklist.yaml",
    )


def one_of(name: str) -> RadioField:
    """Return a field that may stay empty or takes one of a list."""
    return RadioField(choices=[*LISTS[name].items()], validators=[Optional(), AnyOf([*LISTS[name]])])


class Bare(Form):  # type: ignore[misc]  # wtforms has no types
    """The same form, as WTForms' own documentation would write it."""

    nama_anak = StringField(validators=[InputRequired(), Length(max=200)])
    nama_pengisi = StringField(validators=[Length(max=200)])
    usia_bulan = IntegerField(validators=[Optional(), NumberRange(0, 216)])
    tanggal_pengamatan = DateField(validators=[Optional()])
    hubungan = one_of("hubungan")
    tatap_mata = one_of("sering")
    instruksi = one_of("sering")
    bicara = one_of("bicara")
    cara_komunikasi = StringField(validators=[Length(max=200)])
    perilaku = SelectMultipleField(choices=[*LISTS["perilaku"].items()])
    kebutuhan = SelectMultipleField(choices=[*LISTS["kebutuhan"].items()])
    catatan = TextAreaField(validators=[Length(max=1000)])


def submissions(count: int) -> list[MultiDict[str, str]]:
    """Return good submissions as a browser posts them: every name is there, what was left out is empty."""
    draw = random.Random(20_261_122)  # noqa: S311 - the same sheets in every run, nothing secret

    def sheet(number: int) -> MultiDict[str, str]:
        speech = draw.choice([*LISTS["bicara"]])
        pairs = [
            ("nama_anak", f"Siti Contoh {number}"),
            ("nama_pengisi", draw.choice(["", "Bu Ratna Contoh"])),
            ("usia_bulan", str(draw.randint(0, 216))),
            ("tanggal_pengamatan", f"2026-11-{draw.randint(1, 28):02}"),
            ("hubungan", draw.choice([*LISTS["hubungan"]])),
            ("tatap_mata", draw.choice([*OFTEN])),
            ("instruksi", draw.choice([*OFTEN])),
            ("bicara", speech),
            ("cara_komunikasi", "Menunjuk dan menarik tangan" if speech == "belum_bicara" else ""),
            *(("perilaku", one) for one in LISTS["perilaku"] if draw.random() < 0.4),
            *(("kebutuhan", one) for one in LISTS["kebutuhan"] if draw.random() < 0.4),
            ("catatan", draw.choice(["", "Anak lebih tenang di pagi hari.\r\nSuka menggambar."])),
        ]
        return MultiDict(pairs)

    return [sheet(number) for number in range(count)]


def by_us(spec: FormSpec) -> Callable[[MultiDict[str, str]], Mapping[str, Any]]:
    """Return what judges one submission by `fill`."""

    def work(posted: MultiDict[str, str]) -> Mapping[str, Any]:
        filled = fill(spec, posted, {}, TODAY)
        assert not filled.problems
        return filled.answers

    return work


def by_wtforms(posted: MultiDict[str, str]) -> Mapping[str, Any]:
    """Judge one submission by WTForms."""
    form = Bare(posted)
    assert form.validate()
    data: Mapping[str, Any] = form.data
    return data


def same(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """Whether both reached the same answers: empty ones are none, days and line ends are written alike."""

    def plain(value: Any) -> Any:
        if isinstance(value, date):
            return value.isoformat()
        return value.replace("\r\n", "\n") if isinstance(value, str) else value

    return ours == {name: plain(value) for name, value in theirs.items() if value not in (None, "", [])}


def rates(
    cases: Mapping[str, Callable[[MultiDict[str, str]], object]], posts: Sequence[MultiDict[str, str]], rounds: int
) -> dict[str, list[float]]:
    """Return submissions per CPU second of every round; the first round only warms up."""
    found: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(rounds + 1):
        for name, work in cases.items():
            began = time.process_time()
            for posted in posts:
                work(posted)
            if number:
                found[name].append(len(posts) / (time.process_time() - began))
    return found


def main() -> None:
    """Measure and print one line per case, then the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--submissions", type=int, default=2000)
    parser.add_argument("--profile", action="store_true", help="print where fill spends its time")
    given = parser.parse_args()
    ours, posts = by_us(checklist()), submissions(given.submissions)
    assert all(same(ours(posted), by_wtforms(posted)) for posted in posts)
    if given.profile:
        profile = cProfile.Profile()
        profile.runcall(lambda: [ours(posted) for posted in posts])
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
        return
    found = rates({"fill": ours, "WTForms": by_wtforms}, posts, given.rounds)
    print(f"{'case':10} {'per CPU s':>10} {'lowest':>8} {'highest':>8}   twelve questions, good answers")
    for name, rounds in found.items():
        print(f"{name:10} {statistics.median(rounds):10.0f} {min(rounds):8.0f} {max(rounds):8.0f}")
    ratio = statistics.median(ours / theirs for ours, theirs in zip(found["fill"], found["WTForms"], strict=True))
    print(f"fill judges {ratio:.2f} times as many as WTForms")


if __name__ == "__main__":
    main()
