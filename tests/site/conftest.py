"""What the site's tests share: a PostgreSQL server, and an account of the desk."""

import pytest

from forms_app.site.services import Services
from forms_app.storage.documents import StaffMember
from tests.storage.conftest import server

__all__ = ["server"]


@pytest.fixture
def member(services: Services) -> StaffMember:
    """Return the account of the world, which was there when the event was made."""
    (found,) = services.staff.all()
    return found
