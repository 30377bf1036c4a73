"""The manifest: strict about what an unknown site may put into it."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from forms_app.errors import DamagedBundle, TransferError
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import SiteStatement
from forms_app.storage.chain import opening
from forms_app.transfer.manifest import BUNDLE_TYPE, BundleInfo, SpecLine, read_manifest

HASH = "ab" * 32
SITE = "metro-1"
KEY = SigningKey(bytes([9]) * 32)
SITES = {KEY.key_id: SiteStatement(SITE, "SDN 1 Metro", KEY.public)}
INFO = BundleInfo(
    SITE, KEY.public, 7, HASH, opening(SITE), opening(SITE), 0, HASH, (SpecLine(HASH, HASH, 5),), (("a", 1),)
)


def test_a_manifest_comes_back():
    """What a site signs is what is read, with spaces behind it too."""
    assert read_manifest(INFO.sign(KEY) + b"   \n", SITES) == INFO
    assert BundleInfo.from_bytes(INFO.to_bytes()).digest == INFO.digest


@pytest.mark.parametrize(
    "change",
    [
        {"site": "../../x"},
        {"site": 5},
        {"public": b64encode(b"short").decode()},
        {"number": -1},
        {"number": 1.5},
        {"number": True},
        {"number": 1 << 70},
        {"previous": "x"},
        {"before": [1, 2]},
        {"before": [1, 5, HASH]},
        {"after": [1, 1 << 40, HASH]},
        {"after": [1, 0, "x"]},
        {"records": 1},
        {"skeletons": HASH[:-1]},
        {"specs": [[HASH, HASH]]},
        {"specs": [[HASH, HASH, -5]]},
        {"specs": 5},
        {"counts": []},
        {"counts": {"a": "b"}},
        {"unknown": 1},
    ],
)
def test_nonsense_is_damaged_though_signed(change: dict[str, Any]):
    """Values out of range, of another type or unknown raise DamagedBundle and nothing else."""
    payload = json.dumps(json.loads(INFO.to_bytes()) | change, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(DamagedBundle):
        read_manifest(KEY.sign(BUNDLE_TYPE, payload), SITES)


def test_a_newer_format_says_what_to_do():
    """A bundle of a later version asks for a newer program instead of calling itself damaged."""
    payload = json.dumps(json.loads(INFO.to_bytes()) | {"format": "peksos/bundle/2"}).encode()
    with pytest.raises(TransferError, match="Perbarui"):
        read_manifest(KEY.sign(BUNDLE_TYPE, payload), SITES)


def test_a_manifest_has_one_spelling():
    """The same values spelled another way are refused, so that a bundle has one digest."""
    payload = json.dumps(json.loads(INFO.to_bytes()), indent=1).encode()
    with pytest.raises(DamagedBundle):
        read_manifest(KEY.sign(BUNDLE_TYPE, payload), SITES)
