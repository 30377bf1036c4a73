"""Sample data, all of it invented and marked DATA CONTOH: schools, events and answers (domain.md section 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from forms_app.answers.submission import WIB

SEED = 20261123


@dataclass(frozen=True)
class School:
    """A school that does not exist."""

    code: str
    name: str
    jenjang: str
    place: str


@dataclass(frozen=True)
class SampleEvent:
    """An event of the sample year: its day in 2026, its school, and how many registered."""

    code: str
    day: date
    title: str
    school: str
    topic: str
    registered: int
    family_day: bool = False


SCHOOLS = {
    one.code: one
    for one in (
        School("S1", "TK Melati Contoh", "paud", "Imopuro, Metro Pusat"),
        School("S2", "RA Cahaya Contoh", "paud", "Karangrejo, Metro Utara"),
        School("S3", "SD Contoh Harapan 1", "sd", "Ganjar Asri, Metro Barat"),
        School("S4", "MI Contoh Al-Amin", "sd", "Margodadi, Metro Selatan"),
        School("S5", "SMP Contoh Bumi Sai", "smp", "Iring Mulyo, Metro Timur"),
        School("S6", "MTs Contoh Nurul Ilmu", "smp", "Banjarsari, Metro Utara"),
        School("S7", "SMA Contoh Wawai", "sma", "Yosodadi, Metro Timur"),
        School("S8", "SMK Contoh Karya", "sma", "Rejomulyo, Metro Selatan"),
    )
}
EVENTS = (
    SampleEvent("CNT2A2", date(2026, 1, 14), "Penyuluhan bentuk kekerasan", "S3", "uu_pa", 205),
    SampleEvent("CNT2B3", date(2026, 1, 28), "Pelatihan deteksi dini guru", "S5", "deteksi_dini", 46),
    SampleEvent("CNT2C4", date(2026, 2, 11), "Sosialisasi UU Perlindungan Anak", "S6", "uu_pa", 160),
    SampleEvent("CNT2D5", date(2026, 4, 25), "One Day for Children", "S1", "bermain", 148, family_day=True),
    SampleEvent("CNT2E6", date(2026, 5, 6), "Lokakarya pendekatan psikososial", "S4", "psikososial", 171),
    SampleEvent("CNT2F7", date(2026, 5, 20), "Komunikasi efektif dengan anak", "S7", "komunikasi", 198),
    SampleEvent("CNT2G8", date(2026, 7, 23), "One Day for Children: Hari Anak", "S3", "bermain", 431, family_day=True),
    SampleEvent("CNT2H9", date(2026, 7, 29), "Kampanye cegah perundungan", "S5", "pengasuhan", 562),
    SampleEvent("CNT3A2", date(2026, 8, 12), "Terapi bermain dan konseling sederhana", "S2", "bermain", 57),
    SampleEvent("CNT3B3", date(2026, 9, 2), "Simulasi penanganan trauma bagi guru", "S5", "simulasi", 68),
    SampleEvent("CNT3C4", date(2026, 9, 23), "Aman di dunia daring", "S8", "siber", 322),
    SampleEvent("CNT3D5", date(2026, 10, 17), "One Day for Children Metro", "S4", "bermain", 318, family_day=True),
)
TODAYS = date(2026, 7, 23)  # the sample year is moved so that this event takes place today
_GIVEN = [
    "Sutinah",
    "Slamet",
    "Wayan",
    "Made",
    "Siti",
    "Budi",
    "Rina",
    "Joko",
    "Ningsih",
    "Agus",
    "Lestari",
    "Bambang",
    "Yuli",
    "Hartono",
    "Dewi",
    "Komang",
    "Sri",
    "Nur",
]
_NICK = ["Dimas", "Sari", "Bayu", "Tini", "Raka", "Lala", "Gilang", "Wulan", "Fajar", "Putri", "Ucok", "Mei"]
_SAID = (
    'Kata anak: "aku ora gelem mulih", lalu diam.',
    "Sering murung, tidak makan bekal; baju sama 3 hari 😔",
    "Tanggal 3 dan 5: datang terlambat, mengantuk.\nTanggal 9: tidak masuk, tanpa kabar.",
)


class Sample:
    """Answers as people would post them, the same ones for the same seed."""

    def __init__(self, seed: int = SEED) -> None:
        self.random = Random(seed)  # noqa: S311 - sample data, no secret

    def forms(self, event: SampleEvent) -> tuple[str, ...]:
        """Return the forms of an event."""
        if event.family_day:
            return ("event_registration", "odfc_attendance")
        return ("event_registration", "training_feedback_pre", "training_feedback_post")

    def begins(self, event: SampleEvent, today: date) -> datetime:
        """Return when an event begins, with the sample year moved to today."""
        return datetime.combine(event.day + (today - TODAYS), time(8), WIB)

    def arrivals(self, event: SampleEvent, count: int, today: date) -> Iterator[datetime]:
        """Yield when people register: most in the first quarter of an hour."""
        start = self.begins(event, today) - timedelta(minutes=20)
        for _number in range(count):
            yield start + timedelta(minutes=self.random.triangular(0, 20, 5))

    def registration(self) -> dict[str, Sequence[str]]:
        """Return what one visitor posts."""
        pick, chance = self.random.choice, self.random.random
        answers: dict[str, Sequence[str]] = {
            "full_name": [pick(_GIVEN) if chance() < 0.22 else f"{pick(_GIVEN)} {pick(_GIVEN)} Contoh"],
            "phone": [self._phone()],
            "photo_ok": [pick(["tidak", "tidak", "ya_tanpa_wajah_anak", "ya"])],
            "kel": [pick(["", "18.72.01.1003", "18.72.03.1004"])],
            "agree": ["true"],
        }
        if chance() < 0.06:
            answers["access"] = [pick(["kursi_roda", "alergi", "dibacakan"])]
        if chance() < 0.85:
            children = self.random.choices([1, 2, 3], [70, 24, 6])[0]
            answers |= {
                "reg_kind": ["ortu"],
                "rel": [pick(["ibu", "ibu", "ayah", "kakek_nenek"])],
                "child_n": [str(children)],
            }
            for number in range(children):
                answers[f"children-{number}-nick"] = [pick(_NICK)]
                answers[f"children-{number}-kelas"] = [pick(["1", "2", "3", "4", "5", "6"])]
        else:
            answers["reg_kind"] = [pick(["guru", "tamu", "panitia"])]
        return answers

    def attendance(self, jenjang: str) -> dict[str, Sequence[str]]:
        """Return what a volunteer enters for one family."""
        pick = self.random.choice
        before = self.random.randint(2, 4)
        answers: dict[str, Sequence[str]] = {
            "walkin": ["ya"],
            "full_name": [f"{pick(_GIVEN)} Contoh"],
            "child_n": ["1"],
            "adults_in": [pick(["1", "2"])],
            "children_in": [pick(["1", "2", "3"])],
            "stations": self.random.sample(["estafet", "tradisional", "menggambar", "bercerita", "musik"], 2),
            "mood_before": [str(before)],
            "mood_after": [str(min(5, before + self.random.randint(0, 2)))],
            "closeness": [pick(["3", "4", "5"])],
            "incident": ["tidak"],
        }
        return answers | ({"left_with": [pick(["ibu", "ayah"])]} if jenjang == "paud" else {})

    def feedback(self, code: str, *, after: bool) -> dict[str, Sequence[str]]:
        """Return one participant's feedback before or after a training."""
        right = {"k1": "salah", "k2": "benar", "k3": "salah", "k4": "salah", "k5": "benar", "k6": "benar"}
        knows = 0.85 if after else 0.5
        answers: dict[str, Sequence[str]] = {"pair_code": [code], "role": [self.random.choice(["guru", "ortu"])]}
        for name, key in right.items():
            answers[name] = [key if self.random.random() < knows else "belum_tahu"]
        for number in range(1, 5):
            answers[f"c{number}"] = [str(self.random.randint(3 if after else 1, 5 if after else 4))]
        if after:
            answers |= {f"s{number}": [str(self.random.randint(3, 5))] for number in range(1, 5)}
            answers |= {"plan": ["mengobrol"], "improve": [self.random.choice(["", "Waktu kurang, materi bagus 👍"])]}
        return answers

    def pair_code(self) -> str:
        """Return a self-made code: two letters and a day."""
        return f"{self.random.choice(_NICK)[-2:].upper()}{self.random.randint(1, 31):02d}"

    def checklist(self, base: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
        """Return one checklist: 66 % low, 23 % watch, 9 % urgent, 2 % immediate."""
        answers = {**base, "child_name": [f"{self.random.choice(_NICK)} Contoh"], "facts": [self.random.choice(_SAID)]}
        draw = self.random.random()
        if draw < 0.02:
            answers["d3"] = ["ya"]
        elif draw < 0.11:
            answers[self.random.choice(["p1", "s3", "b5"])] = ["1"]
        elif draw < 0.34:
            answers[self.random.choice(["b1", "b2", "e1", "a3"])] = ["2"]
        return answers

    def _phone(self) -> str:
        if self.random.random() < 0.18:
            return ""
        number = f"99-0000-00{self.random.randint(10, 99)}"
        return self.random.choice(["08", "+628", "628"]) + number
