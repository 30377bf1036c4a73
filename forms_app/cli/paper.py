"""`peksos paper`: any form as a sheet to fill in with a pen."""

from __future__ import annotations

from pathlib import Path

import click

from forms_app.cli.instance import site
from forms_app.cli.terminal import OutFile, as_json, report, tell, warn
from forms_app.errors import N_
from forms_app.site.paper import serials
from forms_app.site.paper.printing import MOST_COPIES, Printed, print_papers
from forms_app.site.services import Services, known_event
from forms_app.specs.model import FormSpec
from forms_app.translation import LANGUAGES, command_language


@click.command()
@click.argument("form_id", metavar="ID")
@click.option("--out", type=OutFile(".pdf"), required=True, help="P.pdf")
@click.option("--event", "code", default="", metavar="CODE", help="The event whose form it is.")
@click.option("--copies", type=click.IntRange(1, MOST_COPIES), default=1, show_default=True, help="How many.")
@click.option("--language", type=click.Choice(LANGUAGES), help="The language of the paper; else that of the commands.")
@as_json
@click.pass_obj
def paper(
    instance: Path, form_id: str, out: Path, code: str, copies: int, language: str | None, *, as_json: bool
) -> None:
    """Print a form for a pen, each copy with a serial of its own; a secret form comes with a sheet for its envelope."""
    with site(instance) as services:
        spec = services.library.by_id(form_id)
        event = known_event(services, code) if code else None
        printed = print_papers(services, spec, event, copies, language or command_language())
        _write(services, printed, out)
    values = {"file": str(out), "form": form_id, "event": event.code if event else "", "copies": copies}
    values |= {"pages": printed.pages, "batch": printed.batch, "serials": list(printed.serials)}
    report(values, as_json=as_json, lines=lambda: _tell(spec, printed, out))
    if printed.unprintable:
        warn(
            N_("Tanda ini tidak ada di huruf komputer ini dan tercetak sebagai kotak: {signs}"),
            signs=printed.unprintable,
        )


def _write(services: Services, printed: Printed, out: Path) -> None:
    """Write the PDF; a batch that reaches no file reaches no paper, and is forgotten."""
    try:
        out.write_bytes(printed.pdf)
    except OSError:
        services.papers.remove_batch(printed.batch)
        raise


def _tell(spec: FormSpec, printed: Printed, out: Path) -> None:
    """Tell what was printed and what happens to it next."""
    first, last = serials.show(printed.serials[0]), serials.show(printed.serials[-1])
    numbers = first if first == last else f"{first} … {last}"
    tell(
        N_("Kertas: {out}. Salinan: {copies}, halaman: {pages}."),
        out=out,
        copies=len(printed.serials),
        pages=printed.pages,
    )
    tell(N_("Nomor kertas: {numbers}. Cetak di kertas A4, bolak-balik boleh."), numbers=numbers)
    if spec.secret:
        tell(N_("Formulir rahasia: isi, segel dalam amplop, antar ke kantor pusat. Jangan ketik di sekolah."))
    else:
        tell(N_("Sesudah diisi, ketik lewat meja koordinator: /desk/paper"))
