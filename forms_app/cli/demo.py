"""`peksos demo`: a whole sample world in one folder: an office, a site, twelve events and their sealed records."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from werkzeug.datastructures import MultiDict

from forms_app.answers.submission import WIB, Nonce, now
from forms_app.cli.sample import EVENTS, SCHOOLS, Sample, SampleEvent
from forms_app.cli.serve import serve_site
from forms_app.cli.terminal import LAST_PORT, say, tell
from forms_app.errors import N_, PeksosError, SettingsError
from forms_app.office.household import STATEMENT, create_household, open_household
from forms_app.settings import Settings
from forms_app.site import enrolment
from forms_app.site.intake import Intake, Receipt
from forms_app.site.keys import SITE_FILE
from forms_app.site.services import Services, open_site
from forms_app.specs.signoffs import FOLDER, write_signoff
from forms_app.storage.documents import Event

OFFICE, INSTANCE, PASSPHRASE, PASSWORD, DONE = "office", "instance", "passphrase.txt", "password.txt", "ready"
ACCOUNT = "koordinator"
SIGNED = "CONTOH: tidak ada yang menyetujui formulir ini"
_SETTINGS = """# Sample settings of the demo. The local numbers are invented.
sample = true
help_peksos = "0899-0000-0001"
help_uptd_ppa = "0899-0000-0002"
help_dinsos = "0899-0000-0003"
"""


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default="demo", show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, LAST_PORT), default=8000, show_default=True)
@click.option(
    "--scale", type=click.FloatRange(0, 1), default=0.1, show_default=True, help="1 is the whole sample year."
)
@click.option("--serve/--no-serve", "serving", default=True)
def demo(folder: Path, host: str, port: int, scale: float, serving: bool) -> None:
    """Serve a demo with sample data (DATA CONTOH); its keys and passwords lie beside it and protect nothing."""
    if not (folder / DONE).exists():
        _build(folder, scale)
    instance = folder / INSTANCE
    given = {**os.environ, "PEKSOS_INSTANCE": str(instance), "PEKSOS_PUBLIC_URL": f"http://{host}:{port}"}
    services = open_site(Settings.from_mapping(given))
    try:
        _tell(services, folder)
        if serving:
            serve_site(services, host, port)
    finally:
        services.close()


def _build(folder: Path, scale: float) -> None:
    """Make the sample world aside and move it into place, so that the folder is whole or absent. Nothing is cleared."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingsError(N_("Folder {folder} tidak kosong dan bukan demo. Pilih --folder lain."), folder=folder)
    tell(N_("Menyiapkan data contoh. Tunggu sebentar."))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent, ignore_cleanup_errors=True) as aside:
        world = Path(aside) / folder.name
        world.mkdir()
        _furnish(world, scale)
        world.replace(folder)


def _furnish(folder: Path, scale: float) -> None:
    """Make an office, a site that it knows, twelve events, and records that went through the site's own intake."""
    today = now().astimezone(WIB).date()
    passphrase, password = (_secret(folder / name) for name in (PASSPHRASE, PASSWORD))
    create_household(folder / OFFICE, "Dinas Sosial (CONTOH)", passphrase, _start(today), today + timedelta(days=365))
    office = (folder / OFFICE / STATEMENT).read_bytes()
    enrolment.create_site(folder / INSTANCE, office, "Lokasi CONTOH")
    (folder / INSTANCE / "settings.toml").write_text(_SETTINGS, encoding="utf-8")
    household = open_household(folder / OFFICE)
    household.enrol((folder / INSTANCE / SITE_FILE).read_bytes().strip())
    household.close()
    services = open_site(Settings.from_mapping({"PEKSOS_INSTANCE": str(folder / INSTANCE)}))
    for spec in (one for one in services.library if one.secret):
        write_signoff(folder / INSTANCE / FOLDER, spec, "CONTOH", "CONTOH", today, SIGNED)
    enrolment.add_staff(services, ACCOUNT, "coordinator", password)
    sample = Sample()
    for event in EVENTS:
        with services.transaction():  # nobody waits for a receipt here, so one trip to the disk does for all
            _fill_event(services, sample, event, today, scale)
    with services.transaction():
        _fill_checklists(services, sample, today, scale)
    services.close()
    (folder / DONE).write_text(f"{now().isoformat()}\n", encoding="utf-8")


def _secret(path: Path) -> str:
    """Write a fresh passphrase into the demo's folder and return it."""
    text = "-".join(secrets.token_hex(2) for _ in range(4))
    path.write_text(f"{text}\n", encoding="utf-8")
    path.chmod(0o600)
    return text


def _start(today: date) -> date:
    return today - timedelta(days=400)


def _fill_event(services: Services, sample: Sample, sample_event: SampleEvent, today: date, scale: float) -> None:
    """Make one event, with the records of everybody who has come by now."""
    school = SCHOOLS[sample_event.school]
    begins = sample.begins(sample_event, today)
    event = enrolment.add_event(
        services,
        Event(
            code=sample_event.code,
            title=f"{sample_event.title} (CONTOH)",
            forms=sample.forms(sample_event),
            opens=enrolment.iso(begins - timedelta(days=60)),
            closes=enrolment.iso(begins + timedelta(days=1, hours=12)),
            date=enrolment.iso(begins),
            school=school.name,
            jenjang=school.jenjang,
            place=school.place,
            topic=sample_event.topic,
            expected=sample_event.registered,
            sample=True,
        ),
    )
    if begins.date() > today:
        return
    count = max(1, round(sample_event.registered * scale))
    for moment in sample.arrivals(sample_event, count, today):
        if moment > now():
            continue
        _take(services, "event_registration", event, sample.registration(), moment)
        if sample_event.family_day:
            _take(services, "odfc_attendance", event, sample.attendance(school.jenjang), moment)
        else:
            code = sample.pair_code()
            _take(services, "training_feedback_pre", event, sample.feedback(code, after=False), moment)
            _take(services, "training_feedback_post", event, sample.feedback(code, after=True), moment)


def _fill_checklists(services: Services, sample: Sample, today: date, scale: float) -> None:
    spec = services.library.by_id("detection_checklist_teacher")
    base = {name: [value] if isinstance(value, str) else value for name, value in spec.sample}
    start = datetime.combine(today, datetime.min.time(), WIB)
    for number in range(max(3, round(320 * scale))):
        moment = start - timedelta(hours=9 + 7 * number)
        _take(services, spec.form_id, None, sample.checklist(base), moment)


def _take(
    services: Services, form_id: str, event: Event | None, answers: Mapping[str, Sequence[str]], moment: datetime
) -> None:
    """Put one sample filling through the real intake, at its own moment."""
    spec = services.library.by_id(form_id)
    at = replace(services, clock=lambda: moment, settings=replace(services.settings, sample=True))
    nonce = Nonce.fresh(moment.astimezone(WIB).date())
    taken = Intake(at, spec, event, nonce, "id").take(MultiDict({name: list(texts) for name, texts in answers.items()}))
    if not isinstance(taken, Receipt):
        fields = ", ".join(f"{one.field} ({one.problem.code})" for one in taken.problems)
        raise PeksosError(N_("Data contoh untuk {form} tidak diterima: {fields}"), form=form_id, fields=fields)


def _tell(services: Services, folder: Path) -> None:
    """Say what can be opened and done now."""
    url = services.settings.public_url
    moment = now().isoformat()
    code = next((one.code for one in services.events.all() if one.opens <= moment <= one.closes), EVENTS[-1].code)
    tell(N_("DATA CONTOH. Buka di peramban:"))
    for text, address in (
        (N_("ketik kode kegiatan"), "/"),
        (N_("pendaftaran orang tua"), f"/e/{code.lower()}"),
        (N_("daftar pengamatan guru"), "/f/5"),
        (N_("meja koordinator"), "/desk/"),
    ):
        tell(N_("  {address}  {text}"), address=f"{url}{address}", text=say(text))
    tell(N_("Akun meja: {name}, kata sandi di {file}"), name=ACCOUNT, file=folder / PASSWORD)
    tell(
        N_("Poster:  .venv/bin/peksos --instance {folder} poster {code} --out poster.pdf"),
        folder=folder / INSTANCE,
        code=code,
    )
    tell(N_("Paket:   .venv/bin/peksos --instance {folder} export --out paket.peksos"), folder=folder / INSTANCE)
    office, secret = folder / OFFICE, folder / PASSPHRASE
    tell(N_("Kantor:  .venv/bin/peksos-office --office-dir {office} import paket.peksos"), office=office)
    tell(
        N_("         .venv/bin/peksos-office --office-dir {office} open --passphrase-file {secret}"),
        office=office,
        secret=secret,
    )
    tell(
        N_(
            "         .venv/bin/peksos-office --office-dir {office} rows --form event_registration --out daftar.csv"
            ' --identified --reason "coba" --passphrase-file {secret}'
        ),
        office=office,
        secret=secret,
    )
