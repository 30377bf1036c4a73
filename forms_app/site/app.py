"""create_app: assembles, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask

from forms_app.settings import Settings
from forms_app.site import (
    errors,
    forgetting,
    headers,
    i18n,
    kit,
    lane,
    lighter,
    listing,
    offline,
    records,
    respondent,
    ticketing,
    unkept,
    vendor,
)
from forms_app.site.assets import Assets
from forms_app.site.compiled import CompiledTemplates
from forms_app.site.desk import access, views
from forms_app.site.posting import FormRequest
from forms_app.site.services import Services, open_site
from forms_app.translation import shipped

COMPILED = CompiledTemplates()


def create_app(mapping: Mapping[str, Any]) -> Flask:
    """Return the site for a mapping of PEKSOS_* settings; raises SettingsError, SpecErrors or StorageError."""
    return assemble(open_site(Settings.from_mapping(mapping)))


def assemble(services: Services) -> Flask:
    """Return the site around services that are open already."""
    app = Flask("forms_app.site", static_folder=None)
    app.jinja_options = {**app.jinja_options, "bytecode_cache": COMPILED}
    app.request_class = FormRequest
    settings = services.settings
    app.config.update(MAX_CONTENT_LENGTH=settings.max_body, MAX_FORM_MEMORY_SIZE=settings.max_body)
    app.extensions["peksos"] = services
    assets = Assets.read(shipped("static"))
    lane.init_app(app)
    headers.init_app(app, assets.plain_policy(), secure=settings.secure, proxies=settings.proxies)
    i18n.init_app(app)
    errors.init_app(app)
    unkept.init_app(app, assets, services)
    forgetting.init_app(app)
    lighter.init_app(app)
    listing.init_app(app)
    bundles = vendor.init_app(app, shipped("static"))
    respondent.init_app(app, assets, bundles)
    ticketing.init_app(app, services)
    records.init_app(app, services)
    kit.init_app(app, assets, bundles)
    offline.init_app(app, assets)
    access.init_app(app, services)
    views.init_app(app, assets)
    return app
