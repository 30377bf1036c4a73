"""Keys: expansion, ids, what a recipient refuses, and small sealed things."""

from __future__ import annotations

from typing import Any

import pytest

from forms_app.errors import CannotOpen, KeyRefused
from forms_app.sealing.keys import Identity, Recipient, seal_to


def test_seeds_expand_as_published(vectors: dict[str, list[dict[str, Any]]]):
    """Seeds of the published X-Wing and HPKE vectors give their public keys."""
    for case in vectors["seeds"]:
        recipient = Identity("office", bytes.fromhex(case["seed"])).recipient
        assert (recipient.public.hex(), recipient.key_id) == (case["public"], case["key_id"]), case["source"]


def test_a_seed_never_shows(office: Identity):
    """The repr of an identity, as it may stand in a log, holds no seed."""
    assert "seed" not in repr(office)
    assert office.seed.hex() not in repr(office)


@pytest.mark.parametrize(
    "public", [b"", bytes(1215), bytes(1217), b"\xff" * 1216], ids=["empty", "short", "long", "outside the ring"]
)
def test_a_public_key_that_is_none_is_refused(public: bytes):
    """A key of another length or outside the ring is refused when it is named, not when a parent presses send."""
    with pytest.raises(KeyRefused):
        Recipient("office", public)


def test_a_curve_point_of_low_order_is_refused(office: Identity):
    """A key whose classical half gives everybody the same secret is refused."""
    with pytest.raises(KeyRefused):
        Recipient("office", office.recipient.public[:1184] + bytes(32))


def test_roles_are_a_closed_set(office: Identity):
    """A role that nobody has is refused on both sides."""
    with pytest.raises(KeyRefused):
        Recipient("police", office.recipient.public)
    with pytest.raises(KeyRefused):
        Identity("police", office.seed)
    with pytest.raises(KeyRefused):
        Identity("office", bytes(31))


def test_a_small_thing_opens_only_for_its_purpose_and_place():
    """An event's seed, sealed to a desk account, opens for that account, purpose and event only."""
    ani, budi = Identity.generate("staff"), Identity.generate("staff")
    blob = seal_to(ani.recipient, "event-seed", b"K7Q2MX", b"seed")
    assert ani.open_sealed("event-seed", b"K7Q2MX", blob) == b"seed"
    for identity, purpose, context, data in (
        (budi, "event-seed", b"K7Q2MX", blob),
        (ani, "verdict", b"K7Q2MX", blob),
        (ani, "event-seed", b"K7Q2MY", blob),
        (ani, "event-seed", b"K7Q2MX", blob[:-1]),
        (ani, "event-seed", b"K7Q2MX", b""),
        (Identity("office", ani.seed), "event-seed", b"K7Q2MX", blob),
    ):
        with pytest.raises(CannotOpen):
            identity.open_sealed(purpose, context, data)
