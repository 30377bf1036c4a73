"""The desk's pages: events with counts, posters, and packages that the coordinator carries but cannot read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from forms_app.errors import SignInFailed, UnknownForm
from forms_app.site import posters
from forms_app.site.assets import Assets
from forms_app.site.carriage import carriage
from forms_app.site.desk import access, gallery, papers, tickets
from forms_app.site.desk.jobs import Job, Jobs
from forms_app.site.desk.kiosks import kiosk_of
from forms_app.site.i18n import language, moment
from forms_app.site.packing import make_package
from forms_app.site.services import extension, forms_of, known_event, package_folder, services
from forms_app.site.trials import untried
from forms_app.specs.library import say
from forms_app.storage.documents import Event

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
blueprint.register_blueprint(papers.blueprint)
blueprint.register_blueprint(gallery.blueprint)
blueprint.register_blueprint(tickets.blueprint)


def init_app(app: Flask, assets: Assets) -> None:
    """Attach the desk."""
    app.register_blueprint(blueprint)
    app.extensions["peksos.jobs"] = Jobs()

    @app.context_processor
    def common() -> dict[str, object]:
        if blueprint.name not in request.blueprints:
            return {}
        return {"css": assets.desk_css, "staff": g.staff.name if "staff" in g else ""}


@blueprint.route("/masuk", methods=["GET", "POST"])
def sign_in() -> str | Answer | tuple[str, int]:
    """Ask who comes, and let them in."""
    following = request.values.get("next", "")
    if request.method == "GET":
        return render_template("desk/sign_in.html", message="", next=following)
    access.csrf.protect()
    name = request.form.get("name", "").strip()
    try:
        access.sign_in(name, request.form.get("password", ""))
    except SignInFailed as error:
        return render_template("desk/sign_in.html", message=error.text(_), name=name, next=following), error.status
    inside = following.startswith("/desk/") and "\\" not in following
    return redirect(following if inside else url_for(".events"), 303)


@blueprint.post("/keluar")
@access.signed_in
def sign_out() -> Answer:
    """End the session."""
    access.sign_out()
    return redirect(url_for(".sign_in"), 303)


@blueprint.get("/")
@access.signed_in
def events() -> str:
    """Show all events, those that are open first, and how many sealed reports wait to be carried."""
    site = services()
    order = {"open": 0, "before": 1, "closed": 2}
    found = sorted((_event(one) for one in site.events.all()), key=lambda one: order[str(one["state"])])
    last, due = site.packages.last(), carriage(site)
    package = {"made_text": moment(last.created) if last else "", "make_url": url_for(".make"), "told": due.counted(_)}
    waiting = len(untried(site))
    return render_template(
        "desk/events.html", events=found, sealed_reports=due.sealed, package=package, untried_keys=waiting
    )


@blueprint.get("/kegiatan/<code>")
@access.signed_in
def event(code: str) -> str:
    """Show one event: its counts, its posters and its forms."""
    found = known_event(services(), code)
    specs = forms_of(services(), found)
    ways = [(ending.upper(), url_for(".poster", code=found.code, ending=ending)) for ending in posters.ENDINGS]
    forms = [(say(spec.heading, language()), f"/e/{found.code.lower()}/{spec.slug}") for spec in specs]
    more = {"ticket_url": tickets.search_url(found), "kiosk": kiosk_of(found)}
    return render_template("desk/event.html", event=_event(found), forms=forms, poster_urls=ways, **more)


@blueprint.get("/kegiatan/<code>/poster.<ending>")
@access.signed_in
def poster(code: str, ending: str) -> Response:
    """Give out the poster."""
    if ending not in posters.ENDINGS:
        abort(404)
    found = known_event(services(), code)
    body, kind = posters.draw(posters.poster_of(services(), found, language()), ending)
    name = f"poster-{found.code}.{ending}"
    return Response(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@blueprint.post("/paket")
@access.signed_in
def make() -> Answer:
    """Begin to make a package and show its progress."""
    site = services()
    site.audit.write(site.clock().isoformat(), g.staff.name, "package")
    jobs: Jobs = extension("peksos.jobs")
    folder = package_folder(site.settings)
    stamp = site.clock().strftime("%Y%m%d-%H%M%S")
    path = folder / f"{stamp}.peksos"
    job = jobs.start(lambda progress: site.with_room(lambda: make_package(site, path, progress)))
    return redirect(url_for(".package", name=job.name, stamp=stamp), 303)


@blueprint.get("/paket/<name>/<stamp>")
@access.signed_in
def package(name: str, stamp: str) -> tuple[str, dict[str, str]]:
    """Show how far a package has come, again every second, and where to fetch it when it is done."""
    job: Job | None = extension("peksos.jobs").found.get(name)
    path = _package_path(stamp)
    if job is None or path is None:
        raise UnknownForm(_("Paket ini sudah tidak ada. Buat paket baru."))
    size = f"{path.stat().st_size / 1_000_000:.1f} MB".replace(".", ",") if job.state == "done" else ""
    page = render_template(
        "desk/package.html",
        state=job.state,
        done=job.done,
        total=job.total,
        size_text=size,
        download_url=url_for(".download", stamp=stamp),
        message=job.message.text(_) if job.message else "",
    )
    return page, {"Refresh": "1"} if job.state == "working" else {}


@blueprint.get("/paket/unduh/<stamp>.peksos")
@access.signed_in
def download(stamp: str) -> Response:
    """Give out a finished package."""
    path = _package_path(stamp)
    if path is None or not path.is_file():
        raise UnknownForm(_("Paket ini sudah tidak ada. Buat paket baru."))
    return send_file(path.resolve(), mimetype="application/octet-stream", as_attachment=True)


def _package_path(stamp: str) -> Path | None:
    if not stamp.replace("-", "").isdigit():
        return None
    return package_folder(services().settings) / f"{stamp}.peksos"


def _event(found: Event) -> dict[str, object]:
    """Return what the desk shows of an event: counts, never names."""
    site = services()
    counts = site.log.counts_by(found.code)
    specs = forms_of(site, found)
    forms = [(say(spec.heading, language()), counts.get(spec.form_id, 0)) for spec in specs]
    return {
        "code": found.code,
        "title": found.title,
        "school": found.school,
        "place": found.place,
        "date_text": moment(found.date) if found.date else "",
        "state": _state(found, site.clock()),
        "counts": forms,
        "total": sum(count for _heading, count in forms),
        "url": url_for(".event", code=found.code),
    }


def _state(found: Event, now: datetime) -> str:
    if now < datetime.fromisoformat(found.opens):
        return "before"
    return "closed" if now > datetime.fromisoformat(found.closes) else "open"
