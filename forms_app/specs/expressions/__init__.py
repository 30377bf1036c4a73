"""Expressions: XLSForm text -> typed tree -> value; the twin of static/expressions.js."""

from __future__ import annotations

from forms_app.errors import ExpressionError
from forms_app.specs.expressions.evaluation import Context
from forms_app.specs.expressions.expression import Expression, Tree, Value, parse
from forms_app.specs.expressions.grammar import mentioned

__all__ = ["Context", "Expression", "ExpressionError", "Tree", "Value", "mentioned", "parse"]
