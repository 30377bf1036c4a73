"""Whom the office takes packages from: enrolling a site with its scope, and revoking one."""

from __future__ import annotations

from forms_app.errors import N_, KeyRefused, NotFound
from forms_app.office.household import Household
from forms_app.office.scope import Scope
from forms_app.sealing.statements import SiteStatement, read_site_statement
from forms_app.storage.sites import Enrolment


def enrol(household: Household, statement: bytes, spoken: str = "", scope: Scope | None = None) -> SiteStatement:
    """Take a site in, by its own signed statement, with what it may send; once more to change that.

    Raises BadSignature or KeyRefused.
    """
    site = read_site_statement(statement, spoken=spoken)
    for one in household.sites.enrolments():
        if one.key_id == site.key_id and one.revoked:
            raise KeyRefused(N_("Tempat ini sudah dicabut. Batalkan dulu: peksos-office revoke-site --undo."))
    limits = scope or Scope()
    with household.archive.writing():  # a site must not be known without its limits
        household.enrol(statement, spoken)
        household.sites.add(site.key_id, statement, limits.schools, limits.forms)
    return site


def sites(household: Household) -> dict[str, tuple[Enrolment, SiteStatement]]:
    """Return all sites that were ever enrolled, by name, revoked ones too."""
    found = ((one, read_site_statement(one.statement)) for one in household.sites.enrolments())
    return {statement.site: (one, statement) for one, statement in found}


def scopes(household: Household) -> dict[str, Scope]:
    """Return what each site may send, by name."""
    return {site: Scope(one.schools, one.forms) for site, (one, _) in sites(household).items()}


def named(household: Household, asked: str) -> str:
    """Return the site with this name or this id; raises NotFound naming those there are."""
    known = sites(household)
    found = [site for site, (_, statement) in known.items() if asked in (site, statement.name)]
    if len(found) != 1:
        listed = ", ".join(f"{site} ({statement.name})" for site, (_, statement) in sorted(known.items())) or "-"
        raise NotFound(N_("Tempat {site} tidak ada. Yang ada: {known}."), site=asked, known=listed)
    return found[0]


def revoke(household: Household, site: str, reason: str) -> None:
    """Take nothing from a site any more; what came stays. An empty reason lifts that again."""
    one, _ = sites(household)[site]
    household.sites.revoke(one.key_id, reason)
