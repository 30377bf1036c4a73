"""The pages of a form: each group at the top of the survey is one, and so is each run of questions between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from forms_app.errors import N_
from forms_app.specs.xlsform.cells import Cell, Findings
from forms_app.specs.xlsform.names import Names, shaped
from forms_app.specs.xlsform.placed import Leaf, Tree
from forms_app.specs.xlsform.survey import Item

PREFIX = "page-"
"""Stands before the name of a page that XML or another name would not allow alone, in workbooks that are exported."""
_PAGE = re.compile(r"[a-z0-9_]{1,40}")
_LOOSE = "bagian"
_MORE = ("hint", "guidance_hint", "sensitivity", "part")
_KEPT = ("name", "label", "relevant", "questions")


@dataclass
class PageItems:
    """One page to be: the group that it was, if any, and its rows."""

    group: Item | None
    items: list[Item] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether the page is always asked, so that what is always worked out may stand on it."""
        return self.group is None or self.group.row.get("relevant") is None


def split_pages(items: Iterable[Item]) -> list[PageItems]:
    """Return the pages; rows that show nothing join a page beside them, for an empty screen helps nobody."""
    pages: list[PageItems] = []
    for item in items:
        if item.kind.type == "group" and item.around and not _is_more(item):
            pages.append(PageItems(item, list(item.items)))
        elif pages and pages[-1].group is None:
            pages[-1].items.append(item)
        else:
            pages.append(PageItems(None, [item]))
    kept: list[PageItems] = []
    waiting: list[Item] = []
    for page in pages:
        if page.group is None and all(one.silent for one in page.items):
            waiting += page.items
        else:
            if page.open:
                page.items, waiting = [*waiting, *page.items], []
            kept.append(page)
    host = next((page for page in reversed(kept) if page.open), None)
    if waiting and host:
        host.items += waiting
    elif waiting:
        kept.append(PageItems(None, waiting))
    return kept


def _is_more(item: Item) -> bool:
    """Whether a group says more than a page can hold, such as a hint: then it stands on a page, as a group."""
    return any(column.key in _MORE for column, _cell in item.row.cells)


def page_names(pages: Iterable[PageItems], findings: Findings) -> list[str]:
    """Return the names of the pages; those that an export had to prefix are what they were."""
    names = Names(findings, lambda name: _PAGE.fullmatch(name) is not None, shaped)
    cells = []
    for number, page in enumerate(pages, 1):
        if page.group:
            cells.append(replace(page.group.name, text=page.group.name.text.removeprefix(PREFIX)))
        else:
            cells.append(replace(page.items[0].row.start, text=f"{_LOOSE}_{number}"))
    return names.give(cells)


def page_tree(
    page: PageItems,
    name: str,
    title: Tree,
    *,
    own: bool,
    question: Callable[[Item], dict[str, Tree]],
    findings: Findings,
) -> dict[str, Tree]:
    """Return one page as it is written; a page without a label is headed by the form's title."""
    questions: Tree = [question(one) for one in page.items]
    if page.group is None:
        return {"name": Leaf(name, page.items[0].row.start), "label": title, "questions": questions}
    whole = question(replace(page.group, items=[], given=name))
    for key in whole.keys() - {*_KEPT, "type"}:
        cell: Cell = page.group.row.get(key) or page.group.row.start
        findings.refuse(cell, "page.column", N_("Kolom {name} tidak dipakai untuk halaman."), name=key)
    tree = {key: whole[key] for key in _KEPT[:3] if key in whole}
    if "label" not in tree and not own:
        tree = {"name": tree.pop("name"), "label": title, **tree}
    return {**tree, "questions": questions}
