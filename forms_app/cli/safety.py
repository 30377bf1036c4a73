"""The commands that keep a site safe: `peksos backup`, `restore`, `doctor`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from forms_app.answers.submission import now
from forms_app.cli.instance import site
from forms_app.cli.terminal import OutFile, Refusal, as_json, report, say, settings_of, tell, warn
from forms_app.errors import N_, PeksosError
from forms_app.site import backing
from forms_app.site.checkups import examine
from forms_app.site.doctor import BAD, OK, WARN, Finding, Patient, worst
from forms_app.site.keys import SITE_KEY_FILE
from forms_app.site.services import open_site
from forms_app.storage.backup import Backup
from forms_app.storage.folder import Belongings
from forms_app.translation import catalogue, command_language

_SIGNS = {OK: "ok", WARN: "! warn", BAD: "!! bad"}
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("out", type=OutFile(), metavar="F")
@as_json
@click.pass_obj
def backup(instance: Path, out: Path, as_json: bool) -> None:
    """Write everything of the site into one file while it serves, and check what was written."""
    with site(instance) as services:
        done, belongings = services.with_room(lambda: backing.back_up(services, out))
    values = {**told_backup(out, done, belongings), "seq": done.upto["seq"]}

    def lines() -> None:
        tell(N_("Cadangan diperiksa dan utuh: {file}, sampai catatan nomor {seq}."), **values)
        tell_digest(done, belongings)
        tell(N_("Berkas ini berisi kunci tempat ini. Simpan terkunci, jauh dari komputer ini."))

    report(values, as_json=as_json, lines=lines)


@click.command()
@click.argument("file", type=_FILE, metavar="F")
@click.option("--test", "trial", is_flag=True, help="Restore into a folder that is thrown away, and say how it went.")
@as_json
@click.pass_obj
def restore(instance: Path, file: Path, trial: bool, as_json: bool) -> None:
    """Make the site of a backup in an empty folder; its log goes on in a new epoch."""
    done = _trial(instance, file) if trial else backing.restore(file, instance, os.environ)
    values = {
        **told_restore(file, done.backup, done.seconds, trial=trial),
        "epoch": done.parent.epoch + 1,
        "parent_seq": done.parent.seq,
        "parent_head": done.parent.hash.hex(),
    }

    def lines() -> None:
        if trial:
            tell(N_("Uji pulih berhasil: {file} utuh, selesai dalam {seconds} detik."), **values)
            return
        tell(N_("Tempat ini dipulihkan dari cadangan {made}, dalam {seconds} detik."), **values)
        tell(N_("Catatan diteruskan sebagai bagian {epoch}, setelah nomor {parent_seq}."), **values)
        tell(N_("Jawaban setelah nomor {parent_seq} tidak ada di sini. Ponsel dan paket masih menyimpannya."), **values)
        tell(N_("Bawa paket lama ke kantor. Jangan jalankan komputer lama dan yang ini bersamaan."))

    report(values, as_json=as_json, lines=lines)


def told_backup(out: Path, done: Backup, belongings: Belongings) -> dict[str, object]:
    """Return what is told of a backup in JSON."""
    return {
        "file": str(out),
        "made": done.made,
        "digest": done.digest,
        "bytes": done.size,
        "files": len(done.files),
        "left_out": list(belongings.left_out),
    }


def told_restore(file: Path, made: Backup, seconds: float, *, trial: bool) -> dict[str, object]:
    """Return what is told of a restore in JSON, whoever's it was."""
    told = {"file": str(file), "trial": trial, "made": made.made, "digest": made.digest}
    return {**told, "seconds": round(seconds, 1)}


def tell_digest(done: Backup, belongings: Belongings) -> None:
    """Tell a backup's digest, and what large files it does not hold."""
    tell(N_("Sidik berkas: {digest}. Catat di kertas."), digest=done.digest)
    if belongings.left_out:
        warn(N_("Terlalu besar dan tidak ikut: {names}."), names=", ".join(belongings.left_out))


def _trial(instance: Path, file: Path) -> backing.Restored:
    """Try a restore, and note at the site, where there is one, how it went."""
    try:
        done = backing.try_restore(file, os.environ)
    except PeksosError as error:
        _note(instance, file, error)
        reason = error.text(catalogue("messages", command_language()))
        raise Refusal(say(N_("Uji pulih gagal: {reason} Buat cadangan baru sekarang."), reason=reason)) from error
    _note(instance, file, done)
    return done


def _note(instance: Path, file: Path, found: backing.Restored | PeksosError) -> None:
    if (instance / SITE_KEY_FILE).is_file():
        services = open_site(settings_of(instance))
        try:
            backing.note_trial(services, file, found)
        finally:
            services.close()


@click.command()
@click.option("--event", default="", metavar="CODE", help="Also look whether this event can begin.")
@as_json
@click.pass_obj
def doctor(instance: Path, event: str, as_json: bool) -> None:
    """Look at everything that could go wrong here, and say what to do about it."""
    found = _examined(instance, event)
    translate, level = catalogue("messages", command_language()), worst(found)
    checks = [
        {"name": one.name, "level": one.level, "message": one.text(translate), "remedy": one.advice(translate)}
        for one in found
    ]

    def lines() -> None:
        for one in checks:
            click.echo(f"{_SIGNS[one['level']]:<8} {one['name']}: {one['message']} {one['remedy']}".rstrip())

    report({"level": level, "checks": checks}, as_json=as_json, lines=lines)
    if level == BAD:
        raise SystemExit(1)


def _examined(instance: Path, event: str) -> list[Finding]:
    """Return what the doctor finds, also at a site that does not open."""
    settings = settings_of(instance)
    try:
        services = open_site(settings)
    except PeksosError as error:
        return examine(Patient(settings, now(), refusal=error), event)
    try:
        return examine(Patient(settings, now(), services), event)
    finally:
        services.close()


COMMANDS = (backup, restore, doctor)
