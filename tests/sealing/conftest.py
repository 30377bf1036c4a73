"""Keys and headers that every test of this room starts from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forms_app.sealing.records import NAMED, OPAQUE, Header, Identity


@pytest.fixture(scope="session")
def vectors() -> dict[str, list[dict[str, Any]]]:
    """Return the known answers that Python and the browser share."""
    path = Path(__file__).parent.parent / "vectors" / "records.json"
    answers: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    return answers


@pytest.fixture(scope="session")
def office() -> Identity:
    """Return an office's term key."""
    return Identity("office", bytes([11]) * 32)


@pytest.fixture(scope="session")
def event() -> Identity:
    """Return an event's key."""
    return Identity("event", bytes([12]) * 32)


@pytest.fixture
def named() -> Header:
    """Return the header of a registration."""
    return Header(bytes(range(16)), "metro-1", NAMED, "event_registration", "ab" * 32, "K7Q2MX")


@pytest.fixture
def opaque() -> Header:
    """Return the header of a secret record."""
    return Header(bytes(range(16)), "metro-1", OPAQUE)
