"""Packages changed on the way: none is taken for what it is not, none brings the office down, and memory stays flat."""

from __future__ import annotations

import os
import random
import tracemalloc
from pathlib import Path

import pytest

from forms_app.errors import PeksosError
from forms_app.office.household import Household
from forms_app.office.importing import import_bundle
from forms_app.site.packing import make_package
from forms_app.site.services import Services
from forms_app.transfer.manifest import BEGINNING
from tests.office.carrying import hand_site
from tests.office.conftest import Answers, Sender

MUTATIONS = 10_000 if os.environ.get("PEKSOS_FAULTS") == "full" else 300
SEED = int(os.environ.get("PEKSOS_SEED", "20261123"))


def mutated(good: bytes, chance: random.Random) -> bytes:
    """Return a package with one thing wrong: bits, bytes, a piece out, doubled or turned, or zeros as a stick gives."""
    at, to = sorted((chance.randrange(len(good)), chance.randrange(len(good))))
    to = min(to, at + chance.choice((1, 4, 100, 5000))) + 1
    piece = good[at:to]
    kinds = (
        lambda: good[:at] + bytes([good[at] ^ (1 << chance.randrange(8))]) + good[at + 1 :],
        lambda: good[:at] + chance.randbytes(to - at) + good[to:],
        lambda: good[:at] + good[to:],
        lambda: good[:to] + piece + good[to:],
        lambda: good[:at] + bytes(to - at) + good[to:],
        lambda: good[:at],
        lambda: good + piece,
        lambda: good[:at] + piece[::-1] + good[to:],
    )
    return chance.choice(kinds)()


def test_no_mutation_is_accepted_and_none_breaks_anything(
    services: Services, send: Sender, checklist: Answers, household: Household, tmp_path: Path
) -> None:
    """Whatever is changed is refused or set aside by name; what is kept is what the site sealed, byte for byte."""
    send()
    send(access="alergi")
    send("detection_checklist_teacher", checklist)
    make_package(services, tmp_path / "paket.peksos")
    good = (tmp_path / "paket.peksos").read_bytes()
    truth = {one.record_id: one.record for one in services.log.entries()}
    line, refused = good.index(b"\n"), 0
    chance = random.Random(SEED)  # noqa: S311 - a repeatable choice
    for number in range(MUTATIONS):
        hurt = mutated(good, chance)
        if hurt == good or (hurt[line:] == good[line:] and hurt[:line].split() == good[:line].split()):
            continue  # spaces that fill the first line up say nothing
        (tmp_path / "rusak.peksos").write_bytes(hurt)
        try:
            with household.archive.writing():
                done = import_bundle(household, tmp_path / "rusak.peksos")
                kept = {one.record_id: one.record for one in household.archive.records()}
                assert not done.whole, number
                assert kept.items() <= truth.items(), number
                raise ZeroDivisionError  # undo
        except ZeroDivisionError:
            pass
        except PeksosError:
            refused += 1
        assert household.archive.count() == 0, number
    assert refused > MUTATIONS / 10
    assert import_bundle(household, tmp_path / "paket.peksos").whole


@pytest.mark.parametrize("line", [BEGINNING + b'"payload":"', BEGINNING, b"{" * 4_000_000, b"\n" * 5])
def test_a_first_line_of_anything_is_refused(line: bytes, household: Household, tmp_path: Path) -> None:
    """Nothing that stands where a package's first line should stand does more than be refused."""
    (tmp_path / "a.peksos").write_bytes(line + b"\n" + bytes(1000))
    with pytest.raises(PeksosError):
        import_bundle(household, tmp_path / "a.peksos")


def test_memory_does_not_grow_with_the_package(household: Household, tmp_path: Path) -> None:
    """Ten times as many records take no more memory, first time and second."""
    site = hand_site(household)
    site.enrol(household)
    peaks = []
    for count in (1000, 5000):
        site.add(count)
        site.pack(tmp_path / "a.peksos")
        for _ in range(2):
            tracemalloc.start()
            import_bundle(household, tmp_path / "a.peksos")
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert household.archive.count() == 6000
    assert max(peaks[2:]) < 1.1 * max(peaks[:2])
    assert max(peaks) < 20_000_000
