"""The scripts that stand in the pages: made while several people ask at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from forms_app.site.assets import Assets
from forms_app.translation import shipped


def test_many_first_visitors_get_the_same_script():
    """A server that has just started shortens the script for each of them, and for all alike."""
    assets = Assets.read(shipped("static"))
    with ThreadPoolExecutor(8) as visitors:
        made = list(visitors.map(lambda _: assets.script({"if", "and"}, ["alarm", "exit"]), range(400)))
    assert len(set(made)) == 1
    assert made[0]
