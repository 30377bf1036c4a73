"""`peksos preview`: one form file as people will meet it, on this machine only, anew with every save.

The preview's own page holds the form in a frame. The form in it is the real site's, byte for byte but for one word of
its policy, which would forbid any frame. What is sent there goes through the real intake of a site in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import click
from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug.wrappers import Request, Response

from forms_app.cli.proving import budget
from forms_app.cli.serve import listen, run
from forms_app.cli.terminal import LAST_PORT, settings_of, tell
from forms_app.cli.workshop import Look, Workshop, excerpt
from forms_app.errors import N_
from forms_app.specs.problems import SpecProblem
from forms_app.translation import LANGUAGES, NAMES, catalogue, command_language, shipped

HOST = "127.0.0.1"
OWN = "/-/"  # where the preview's own answers are; no address of the site begins so
_FILES = {"preview.css": "text/css", "preview.js": "text/javascript"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--port", type=click.IntRange(0, LAST_PORT), default=8001, show_default=True, help="0 picks a free one.")
@click.pass_obj
def preview(instance: Path, file: Path, port: int) -> None:
    """Show one form file in the browser, anew with every save; what is filled in there is never stored."""
    workshop = Workshop(file, settings_of(instance))
    sock = listen(HOST, port)
    message = N_("Pratinjau {file}: http://{host}:{port}. Simpan berkas, halaman ikut berubah. Berhenti dengan Ctrl-C.")
    tell(message, file=file, host=HOST, port=sock.getsockname()[1])
    try:
        run(preview_app(workshop), sock, threads=4, max_body=workshop.settings.max_body)
    finally:
        workshop.close()


def preview_app(workshop: Workshop) -> WSGIApplication:
    """Return the preview of a workshop as an application: its page at `/`, its own answers below OWN, else the site."""
    pages = Environment(loader=PackageLoader("forms_app.cli"), autoescape=True, undefined=StrictUndefined)
    pages.globals.update(
        _=catalogue("messages", command_language()), languages=[(one, NAMES[one]) for one in LANGUAGES]
    )

    def answer(request: Request) -> Response:
        if request.host.rsplit(":", 1)[0] not in (HOST, "localhost"):  # a page elsewhere that calls itself this machine
            return _own("403\n", "text/plain", 403)
        if request.path == "/":
            look = workshop.look()
            page = pages.get_template("preview.html")
            return _own(
                page.render(lang=command_language(), file=workshop.path.name, state=_state(pages, look)), "text/html"
            )
        if request.path.startswith(OWN):
            return _answer_own(request, pages, workshop)
        return _from_site(request, workshop)

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return answer(Request(environ))(environ, start_response)

    return app


def _answer_own(request: Request, pages: Environment, workshop: Workshop) -> Response:
    name = request.path.removeprefix(OWN)
    if name == "sample" and request.method == "POST":
        workshop.try_sample()
        name = "state"
    if name == "state":
        return _own(json.dumps(_state(pages, workshop.look())), "application/json")
    if name in _FILES:
        return _own((shipped("static") / name).read_text(encoding="utf-8"), _FILES[name])
    return _own("404\n", "text/plain", 404)


def _own(body: str, kind: str, status: int = 200) -> Response:
    return Response(body, status, _HEADERS, content_type=f"{kind}; charset=utf-8")


def _from_site(request: Request, workshop: Workshop) -> Response:
    """Return the answer of the site with the last good form; what it takes in is shown beside."""
    stand = workshop.look().stand
    if stand is None:
        return _own("404\n", "text/plain", 404)
    before = stand.rehearsal.services.log.head().seq
    response = Response.from_app(stand.app, request.environ, buffered=True)
    policy = response.headers.get("Content-Security-Policy", "")
    response.headers["Content-Security-Policy"] = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    if request.method == "POST":
        workshop.note(stand, before)
    return response


def _state(pages: Environment, look: Look) -> dict[str, object]:
    """Return what the page's script needs: what is shown, and which form at which address."""
    verdict, stand = look.verdict, look.stand
    panel = pages.get_template("panel.html").render(
        look=look,
        problems=[_told(one) for one in verdict.problems],
        notes=[_told(one) for one in verdict.notes],
        budget=budget(verdict.spec) if verdict.spec else 0,
    )
    return {
        "number": look.number,
        "form": stand.spec.digest if stand else "",
        "address": stand.address if stand else "",
        "sample": bool(stand and stand.spec.sample),
        "problems": len(verdict.problems),
        "panel": panel,
    }


def _told(problem: SpecProblem) -> dict[str, object]:
    """Return a problem with its message in the author's language, and the line where it stands."""
    line, before = excerpt(problem)
    message = catalogue("messages", command_language())(problem.message).format(**dict(problem.places))
    folder, _, name = problem.file.rpartition("/")
    beside = Path(folder).name if Path(folder).name in ("blocks", "choices") else ""
    return {
        "at": problem,
        "file": f"{beside}/{name}" if beside else name,
        "message": message,
        "line": line,
        "before": before,
    }
