"""The baseline: a Flask view that reads a posted form and answers, and does nothing else."""

from __future__ import annotations

import sys

from flask import Flask, request
from waitress import serve

app = Flask("bare")


@app.post("/form")
def form() -> str:
    """Read every field and answer."""
    return str(sum(len(text) for texts in request.form.to_dict(flat=False).values() for text in texts))


if __name__ == "__main__":
    serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=8, ident=None)
