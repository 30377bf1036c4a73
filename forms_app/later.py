"""Libraries that few commands and pages need, loaded when first used: a server that prints nothing stays small."""

from __future__ import annotations

from importlib import import_module
from inspect import ismodule
from typing import Any


class Later:
    """Stands for a module until something of it is asked for.

    Beside it stands the true import, for types only, so that both checkers see what is used.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        """Return what the module has under this name; a module inside it stays late as well."""
        found = getattr(import_module(self._name), attribute, None)
        return Later(f"{self._name}.{attribute}") if found is None or ismodule(found) else found
