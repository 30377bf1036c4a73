"""Letting go of what was typed: a page that shows answers again is gone from memory as soon as it is sent."""

from __future__ import annotations

import gc

from flask import Flask, Response, request


def init_app(app: Flask) -> None:
    """Attach it."""

    @app.after_request
    def let_go(response: Response) -> Response:
        """Free the fields of a form that was shown with its answers: WTForms ties them in circles.

        Python would come by after some hundred more requests. Coming at once is cheap, and done, only where
        `keep_what_lasts` was called.
        """
        shown = request.method == "POST" and response.mimetype == "text/html" and response.status_code != 303
        if shown and gc.get_freeze_count():
            gc.collect()
        return response


def keep_what_lasts() -> None:
    """Leave all that exists now out of every later look for circles: the program itself, read and ready to serve."""
    gc.collect()
    gc.freeze()
