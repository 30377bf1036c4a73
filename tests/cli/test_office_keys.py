"""The keys on the command line: the ceremony, proof, loss and recovery, renewal, revocation, destruction."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from forms_app.cli import office, site
from forms_app.office.household import open_household
from forms_app.sealing.keyfiles import Keyring
from forms_app.sealing.sheets import split_seed
from tests.cli.conftest import WORDS, Place, Run, run

OTHER = "kata sandi yang baru"


def keys(peksos_office: Run) -> dict[str, dict[str, str]]:
    """Return the keys by class, the newest of each; the root has none."""
    found = json.loads(peksos_office("key", "list", "--json").stdout)["keys"]
    return {one["class"]: one for one in found}


def holders(place: Place, key_id: str, name: str = "") -> list[Path]:
    """Return text files with the three holders' words of one key, as a QR reader would have written them."""
    file = place.office / "keys" / (name or f"term-{key_id}.key")
    seed = Keyring(WORDS).read(file, "root" if name else f"term/{key_id}")
    files = []
    for number, words in enumerate(split_seed(seed), 1):
        files.append(place.folder / f"{key_id}-{number}.txt")
        files[-1].write_text(f"QR-Code:{words}\n", encoding="utf-8")
    return files


def audit(place: Place) -> list[str]:
    """Return the actions that the office has on record."""
    household = open_household(place.office)
    lines = [line.action for line in household.audit.lines()]
    household.close()
    return lines


def typed(place: Place, *words: str, answers: str) -> Result:
    """Run `peksos-office` with a keyboard."""
    runner = CliRunner(env={"PEKSOS_LANGUAGE": "id"})
    return runner.invoke(office.cli, ["--office-dir", str(place.office), *words], input=answers)


def test_the_ceremony_leads_through_six_steps(place: Place, tmp_path: Path) -> None:
    """Each step stands in order; words, sheets, what to print, prove and hand out are named, and a reminder follows."""
    words = ("--passphrase-file", place.words, "--sheets", tmp_path / "stik")
    done = run(office.cli, "init", tmp_path / "kantor", *words)
    assert done.exit_code == 0
    places = [done.stdout.index(f"Langkah {number} dari 6") for number in range(1, 7)]
    assert places == sorted(places)
    household = open_household(tmp_path / "kantor")
    assert household.statement.words in done.stdout
    household.close()
    assert sorted(path.name for path in (tmp_path / "stik").iterdir()) == [f"lembar-{n}.pdf" for n in (1, 2, 3)]
    assert "hapus" in done.stdout
    assert "8 kunci belum dibuktikan" in done.stderr
    assert "office.pub" in done.stdout


def test_the_passphrase_is_typed_twice(tmp_path: Path) -> None:
    """A slip in the second typing is noticed, and asked again; nothing is made in between."""
    runner = CliRunner(env={"PEKSOS_LANGUAGE": "id"})
    answers = f"{OTHER}\nsalah ketik di sini\n{OTHER}\n{OTHER}\n"
    done = runner.invoke(office.cli, ["init", str(tmp_path / "kantor")], input=answers)
    assert (done.exit_code, "tidak sama" in done.stderr, "Repeat" in done.output) == (0, True, False)
    household = open_household(tmp_path / "kantor")
    assert household.unlock(OTHER)
    household.close()
    cut = runner.invoke(office.cli, ["init", str(tmp_path / "lain")], input=f"{OTHER}\n")
    assert (cut.exit_code, (tmp_path / "lain").exists()) == (1, False)


def test_sheets_beside_the_keys_are_warned_about(place: Place, peksos_office: Run) -> None:
    """Without --sheets they lie in the office's folder: every look says so until they are gone."""
    assert (place.office / "sheets" / "lembar-1.pdf").exists()
    assert "Cetak, lalu hapus" in peksos_office("key", "list").stderr
    for file in (place.office / "sheets").iterdir():
        file.unlink()
    assert "Cetak, lalu hapus" not in peksos_office("key", "list").stderr


def test_two_sheets_prove_a_key(place: Place, peksos_office: Run) -> None:
    """The day is noted, fewer are left to prove, and one holder's sheet alone is refused."""
    key_id = keys(peksos_office)["s"]["key_id"]
    first, second, third = holders(place, key_id)
    alone = peksos_office("recovery", "prove", "--sheet", first)
    assert alone.exit_code == 1
    done = peksos_office("recovery", "prove", "--sheet", third, "--sheet", second)
    assert (done.exit_code, f"Terbukti: {key_id}" in done.stdout) == (0, True)
    assert "Belum dibuktikan: 7" in done.stdout
    assert keys(peksos_office)["s"]["proved"] != ""
    assert audit(place).count("recovery-proved") == 1
    twice = peksos_office("recovery", "prove", "--sheet", first, "--sheet", first)
    assert (twice.exit_code, "dua kali" in twice.stderr) == (1, True)


def test_sheets_are_typed_line_by_line(place: Place, peksos_office: Run) -> None:
    """A line with a mistyped word is asked again; a sheet with a wrong one from its beginning; neither is repeated."""
    first, second, _third = holders(place, keys(peksos_office)["1y"]["key_id"])
    one, two = (file.read_text(encoding="utf-8").removeprefix("QR-Code:").split() for file in (first, second))
    swapped = [one[1], one[0], *one[2:]]
    lines = [" ".join(swapped), " ".join(one[:10]), f"{one[10]} salahketik", " ".join(one[10:20]), " ".join(one[20:])]
    done = typed(place, "recovery", "prove", answers="\n".join([*lines, " ".join(two), ""]))
    assert done.exit_code == 0, done.output
    assert "Mulai lagi dari nomor 1" in done.stderr
    assert "Kata nomor 12 tidak ada" in done.stderr
    assert "salahketik" not in done.stderr
    assert "Terbukti" in done.stdout


def test_a_file_that_is_no_sheet_is_named(place: Place, peksos_office: Run) -> None:
    """The file's name and the number of the word are told."""
    done = peksos_office("recovery", "prove", "--sheet", place.office / "office.pub")
    assert (done.exit_code, "office.pub: Kata nomor 1" in done.stderr) == (1, True)


def test_new_sheets_replace_lost_ones(place: Place, peksos_office: Run, tmp_path: Path) -> None:
    """Of one key or of all; the old ones are to be burnt."""
    key_id = keys(peksos_office)["s"]["key_id"]
    words = ("--sheets", tmp_path / "stik", "--passphrase-file", place.words)
    done = peksos_office("recovery", "sheets", key_id, *words)
    assert (done.exit_code, "(1 halaman)" in done.stdout, "Bakar" in done.stdout) == (0, True, True)
    again = peksos_office("recovery", "sheets", *words)
    assert (again.exit_code, "lembar-1.pdf" in again.stderr) == (1, True)
    assert peksos_office("recovery", "sheets", "0" * 16, "--sheets", tmp_path / "x", *words[2:]).exit_code == 1


def test_a_lost_key_comes_back(place: Place, peksos: Run, peksos_office: Run, event: str) -> None:
    """Sealed, carried, lost, recovered from two sheets under the same passphrase, opened."""
    place.register(event)
    peksos("export", "--out", place.folder / "a.peksos")
    peksos_office("import", place.folder / "a.peksos")
    key_id = keys(peksos_office)["90d"]["key_id"]
    first, _second, third = holders(place, key_id)
    (place.office / "keys" / f"term-{key_id}.key").unlink()
    opened = ("open", "--passphrase-file", place.words, "--json")
    assert json.loads(peksos_office(*opened).stdout)["locked"] == 1
    assert keys(peksos_office)["90d"]["state"] == "missing"
    done = peksos_office("key", "recover", "--sheet", first, "--sheet", third, "--passphrase-file", place.words)
    assert (done.exit_code, f"Dipulihkan: {key_id}" in done.stdout) == (0, True)
    assert json.loads(peksos_office(*opened).stdout)["opened"] == 1
    assert keys(peksos_office)["90d"]["proved"] != ""  # nobody types the same two sheets once more


def test_sheets_that_do_not_fit_ask_for_no_passphrase(place: Place, peksos_office: Run) -> None:
    """They are refused as soon as both are typed."""
    first, *_others = holders(place, keys(peksos_office)["s"]["key_id"])
    words = first.read_text(encoding="utf-8")
    done = typed(place, "key", "recover", answers=f"{words}{words}")
    assert (done.exit_code, "dua kali" in done.stderr, "Kata sandi" in done.output) == (1, True, False)


def test_the_root_comes_back(place: Place, peksos_office: Run) -> None:
    """Without it nothing is signed, and the message names the command."""
    root = json.loads(peksos_office("key", "list", "--json").stdout)["keys"][0]["key_id"]
    first, second, _third = holders(place, root, "root.key")
    (place.office / "keys" / "root.key").unlink()
    wanted = ("key", "new-term", "--sheets", place.folder / "stik", "--passphrase-file", place.words)
    assert "key recover" in peksos_office(*wanted).stderr
    recover = ("key", "recover", "--sheet", first, "--sheet", second, "--passphrase-file", place.words)
    assert peksos_office(*recover).exit_code == 0
    assert peksos_office(*wanted).exit_code == 0


def test_a_recovered_key_under_another_passphrase_is_told(place: Place, peksos_office: Run) -> None:
    """The other keys stay under theirs, and the message names them."""
    first, second, _third = holders(place, keys(peksos_office)["s"]["key_id"])
    new = place.folder / "baru.txt"
    new.write_text(f"{OTHER}\n", encoding="utf-8")
    done = peksos_office("key", "recover", "--sheet", first, "--sheet", second, "--passphrase-file", new)
    assert (done.exit_code, "root.key" in done.stderr) == (0, True)


def test_a_new_term_reaches_the_site(place: Place, peksos: Run, peksos_office: Run) -> None:
    """Made, printed, written out, accepted; an older file afterwards is refused."""
    old = (place.office / "office.pub").read_bytes()
    words = ("--sheets", place.folder / "stik", "--passphrase-file", place.words)
    made = peksos_office("key", "new-term", "--from", "2090-01-01", "--until", "2091-01-01", "--class", "6m", *words)
    assert (made.exit_code, "(8 halaman)" in made.stdout) == (0, True)
    out = place.folder / "baru.pub"
    assert "nomor 2" in peksos_office("key", "statement", "--out", out).stdout
    done = peksos("keys", "accept", out)
    assert (done.exit_code, "nomor 2 diterima" in done.stdout) == (0, True)
    assert "Tidak ada yang berubah" in peksos("keys", "accept", out).stdout
    out.write_bytes(old)
    again = peksos("keys", "accept", out)
    assert (again.exit_code, "bukan lanjutan" in again.stderr) == (1, True)
    assert keys(peksos_office)["180d"]["state"] == "waiting"


def test_revoke_then_destroy(place: Place, peksos: Run, peksos_office: Run, event: str) -> None:
    """A key in use is revoked before it can be destroyed; its records still open until then and never after."""
    place.register(event, full_name="CANARY")
    peksos("export", "--out", place.folder / "a.peksos")
    peksos_office("import", place.folder / "a.peksos")
    key_id = keys(peksos_office)["90d"]["key_id"]
    destroy = ("key", "destroy", key_id, "--force", "--reason", "uji coba")
    assert "Cabut dulu" in peksos_office(*destroy).stderr
    words = ("--sheets", place.folder / "stik", "--passphrase-file", place.words)
    revoked = peksos_office("key", "revoke", key_id, *words)
    assert (revoked.exit_code, "(1 halaman)" in revoked.stdout) == (0, True)
    opened = ("open", "--passphrase-file", place.words, "--json")
    assert json.loads(peksos_office(*opened).stdout)["opened"] == 1
    assert "--force" in peksos_office("key", "destroy", key_id).stderr
    assert peksos_office("key", "destroy", key_id, "--force").exit_code == 1
    done = peksos_office(*destroy)
    assert (done.exit_code, "Bakar halaman" in done.stdout, "cadangan" in done.stdout) == (0, True, True)
    assert not (place.office / "sheets" / "lembar-1.pdf").exists()
    assert json.loads(peksos_office(*opened).stdout)["locked"] == 1
    assert {one["state"] for one in json.loads(peksos_office("key", "list", "--json").stdout)["keys"]} == {
        "root",
        "current",
        "destroyed",
    }


def test_several_keys_are_revoked_at_once(place: Place, peksos_office: Run) -> None:
    """As when a computer was stolen: one set of sheets for all new keys; with one wrong id nothing is changed."""
    before = keys(peksos_office)
    ids, words = [before[one]["key_id"] for one in ("s", "1y")], ("--passphrase-file", place.words)
    wrong = peksos_office("key", "revoke", *ids, "0" * 16, "--sheets", place.folder / "stik", *words)
    assert (wrong.exit_code, keys(peksos_office)) == (1, before)
    done = peksos_office("key", "revoke", *ids, ids[0], "--sheets", place.folder / "stik", *words)
    assert (done.exit_code, "(2 halaman)" in done.stdout) == (0, True)
    listed = json.loads(peksos_office("key", "list", "--json").stdout)["keys"]
    assert sorted(one["key_id"] for one in listed if one["state"] == "revoked") == sorted(ids)
    assert {keys(peksos_office)[one]["state"] for one in ("s", "1y")} == {"current"}


def test_sheets_of_a_destroyed_key_are_to_be_burnt(place: Place, peksos_office: Run) -> None:
    """They neither prove nor recover it; beside those of a living key they are named, and that one is proved."""
    old, lives = keys(peksos_office)["90d"]["key_id"], keys(peksos_office)["s"]["key_id"]
    pages, others = holders(place, old), holders(place, lives)
    words = ("--sheets", place.folder / "stik", "--passphrase-file", place.words)
    peksos_office("key", "revoke", old, *words)
    assert peksos_office("key", "destroy", old, "--force", "--reason", "uji coba").exit_code == 0
    alone = ("--sheet", pages[0], "--sheet", pages[1])
    both = (*alone, "--sheet", others[0], "--sheet", others[2])
    for command in (("recovery", "prove"), ("key", "recover", "--passphrase-file", place.words)):
        refused = peksos_office(*command, *alone)
        assert (refused.exit_code, "sudah dimusnahkan" in refused.stderr) == (1, True)
        done = peksos_office(*command, *both)
        assert (done.exit_code, lives in done.stdout, old in done.stdout) == (0, True, False)
        assert "sudah dimusnahkan" in done.stderr
    assert not (place.office / "keys" / f"term-{old}.key").exists()


def test_the_passphrase_changes(place: Place, peksos_office: Run) -> None:
    """The old one is checked first; afterwards only the new one opens."""
    new = place.folder / "baru.txt"
    new.write_text(f"{OTHER}\n", encoding="utf-8")
    swapped = ("key", "change-passphrase", "--passphrase-file", new, "--new-passphrase-file", place.words)
    assert peksos_office(*swapped).exit_code == 1
    done = peksos_office("key", "change-passphrase", "--passphrase-file", place.words, "--new-passphrase-file", new)
    assert (done.exit_code, "8 kunci" in done.stdout) == (0, True)
    assert peksos_office("open", "--passphrase-file", new).exit_code == 0
    assert peksos_office("open", "--passphrase-file", place.words).exit_code == 1


@pytest.mark.parametrize("what", ["keys", "keys/root.key", "."])
def test_the_office_refuses_keys_that_others_can_read(place: Place, peksos_office: Run, what: str) -> None:
    """The message is the command that mends it."""
    path = place.office / what
    path.chmod(path.stat().st_mode | 0o004)
    wanted = ("key", "change-passphrase", "--passphrase-file", place.words, "--new-passphrase-file", place.words)
    done = peksos_office(*wanted)
    assert (done.exit_code, "Jalankan: chmod" in done.stderr) == (1, True)
    assert "Jalankan: chmod" in peksos_office("open", "--passphrase-file", place.words).stderr


def test_the_site_warns_of_keys_that_others_can_read(place: Place, peksos: Run) -> None:
    """`status` works, and says how to mend it."""
    (place.instance / "site.key").chmod(0o644)
    done = peksos("status")
    assert (done.exit_code, "chmod 600" in done.stderr) == (0, True)


def test_a_swapped_office_stops_every_command(place: Place, peksos: Run, tmp_path: Path) -> None:
    """Until the right file is accepted again; a site that is none names `peksos init`."""
    right = place.folder / "benar.pub"
    right.write_bytes((place.office / "office.pub").read_bytes())
    run(office.cli, "init", tmp_path / "palsu", "--passphrase-file", place.words)
    (place.instance / "office.pub").write_bytes((tmp_path / "palsu" / "office.pub").read_bytes())
    done = peksos("status")
    assert (done.exit_code, "keys accept" in done.stderr) == (1, True)
    assert peksos("keys", "accept", tmp_path / "palsu" / "office.pub").exit_code == 1
    assert peksos("keys", "accept", right).exit_code == 0
    assert peksos("status").exit_code == 0
    other = run(site.cli, "--instance", tmp_path / "kosong", "keys", "accept", right)
    assert (other.exit_code, "peksos init" in other.stderr) == (1, True)


def test_an_older_statement_put_back_stops_every_command(place: Place, peksos: Run, peksos_office: Run) -> None:
    """Status, doctor and serve say so and end with 1, and the newest statement mends it."""
    file, out = place.instance / "office.pub", place.folder / "baru.pub"
    old = file.read_bytes()
    words = ("--sheets", place.folder / "stik", "--passphrase-file", place.words)
    peksos_office("key", "revoke", keys(peksos_office)["90d"]["key_id"], *words)
    peksos_office("key", "statement", "--out", out)
    assert peksos("keys", "accept", out).exit_code == 0
    file.write_bytes(old)
    for command in (("status",), ("serve", "--port", "0")):
        done = peksos(*command)
        assert (done.exit_code, "pernah dipakai nomor 2" in done.stderr) == (1, True)
    found = peksos("doctor")
    assert (found.exit_code, "pernah dipakai nomor 2" in found.stdout) == (1, True)
    again = peksos("keys", "accept", out)
    assert (again.exit_code, "nomor 2 diterima" in again.stdout) == (0, True)
    assert peksos("status").exit_code == 0
