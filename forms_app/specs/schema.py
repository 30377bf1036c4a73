"""The JSON Schema of a form file, made from the registers that the reader itself works with.

An editor with a YAML language server completes and checks with it while one writes. It knows less than `peksos check`:
what one key alone can get wrong, not what two say together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations, permutations
from typing import Any

from forms_app.errors import Translate
from forms_app.settings import HELP_NAMES, HOLDS
from forms_app.specs import described
from forms_app.specs.columns import EVERYWHERE
from forms_app.specs.formats import FORMATS
from forms_app.specs.head import ONE_OF, OPTIONAL, PATTERNS, REQUIRED
from forms_app.specs.model import LEVELS, READERS, SENSITIVITIES
from forms_app.specs.outcomes import SHOWN
from forms_app.specs.rows import EXPRESSIONS, LANGUAGES, TEXTS
from forms_app.specs.scope import EVENT_NAMES
from forms_app.specs.types import FROM_FILE, TYPES, Around, QuestionType

DRAFT = "https://json-schema.org/draft/2020-12/schema"
NAME = "^[a-z][a-z0-9_]{0,39}$"
PERIOD = "^[1-9][0-9]{0,3}[dwmy]$"
NUMBER = r"-?[0-9]{1,15}(\.[0-9]{1,9})?"
VALUES: Mapping[str, str] = {
    "count": "[1-9][0-9]{0,3}",
    "number": NUMBER,
    "date": "[12][0-9]{3}-[0-9]{2}-[0-9]{2}",
    "word": "[a-z][a-z0-9-]{0,39}",
    "case": "upper",
    "format": f"({'|'.join(FORMATS)})",
}
"""What may stand behind `=`, by the kind of a parameter."""
_SCALAR = {"type": ["string", "number", "boolean", "null"]}
_TRUTH = {"enum": [True, False, "true", "false"]}
Schema = dict[str, Any]


def form_schema(translate: Translate) -> Schema:
    """Return the schema, with descriptions in the reader's language."""
    keys: dict[str, Schema] = {
        **{key: {"type": "string", "pattern": f"^{pattern.pattern}$"} for key, pattern in PATTERNS.items()},
        **{key: {"$ref": "#/$defs/text"} for key in ("title", "heading", "closing")},
        **{key: {"enum": list(known)} for key, known in ONE_OF.items()},
        "audience": _SCALAR,
        "readers": _readers(),
        "retention": {"$ref": "#/$defs/retention"},
        "languages": {"enum": [each for one in _languages() for each in (list(one), " ".join(one))]},
        "event": _words(EVENT_NAMES),
        "pages": _list({"$ref": "#/$defs/page"}),
        "outcome": {"$ref": "#/$defs/outcome"},
        "held": {"$ref": "#/$defs/held"},
        "choices": _named(_list({"$ref": "#/$defs/choice"})),
        "parts": _named({"$ref": "#/$defs/part"}),
        "sample": {"$ref": "#/$defs/answers"},
        "vectors": {"type": "array", "items": {"$ref": "#/$defs/vector"}},
    }
    ordered = {key: keys[key] for key in (*REQUIRED, *OPTIONAL)}
    form = _mapping(_described(ordered, described.FORM, translate), REQUIRED)
    return {"$schema": DRAFT, "title": "Peksos Forms", **form, "$defs": _definitions(translate)}


def _definitions(translate: Translate) -> dict[str, Schema]:
    """Return the pieces that a form is made of."""
    text, rule = translate(described.TEXT), translate(described.RULE)
    period = {"type": "string", "pattern": PERIOD, "description": translate(described.PERIOD)}
    inline = _mapping(dict.fromkeys(LANGUAGES, _SCALAR), [LANGUAGES[0]])
    answer = {"anyOf": [_SCALAR, {"type": "array", "items": {"anyOf": [_SCALAR, {"type": "object"}]}}]}
    return {
        "text": {"description": text, "anyOf": [_SCALAR, inline]},
        "rule": {"description": rule, **_SCALAR},
        "retention": _mapping({"site": period, "office": period}, ["site", "office"]),
        "answers": {"type": "object", "additionalProperties": answer},
        "vector": {"type": "object", "properties": {"name": _SCALAR, "answers": {"$ref": "#/$defs/answers"}}},
        "page": _page(translate),
        "row": {"anyOf": [_include(translate), {"$ref": "#/$defs/question"}]},
        "question": _question(translate),
        "choice": _choice(translate),
        "part": _part(translate),
        "outcome": _outcome(translate),
        "card": _card(translate),
        "held": _held(translate),
    }


def _page(translate: Translate) -> Schema:
    keys: dict[str, Schema] = {
        "name": {**_SCALAR, "pattern": "^[a-z0-9_]{1,40}$"},
        "label": {"$ref": "#/$defs/text"},
        "relevant": {"$ref": "#/$defs/rule"},
        "questions": _list({"$ref": "#/$defs/row"}),
    }
    return _mapping(_described(keys, described.PAGE, translate), ["questions"])


def _include(translate: Translate) -> Schema:
    block = {"type": "string", "pattern": NAME, "description": translate(described.INCLUDE)}
    return _mapping({"include": block}, ["include"])


def _question(translate: Translate) -> Schema:
    """Return the schema of a question: its keys, and for each type the columns and words that it has."""
    keys: dict[str, Schema] = {
        "name": {"type": "string", "pattern": NAME},
        "type": {"anyOf": [one for kind in TYPES.values() for one in _spellings(kind, translate)]},
        **{key: {"$ref": "#/$defs/text"} for key in TEXTS},
        **{key: {"$ref": "#/$defs/rule"} for key in EXPRESSIONS},
        "default": _SCALAR,
        "read_only": _TRUTH,
        "appearance": {"type": ["string", "array"]},
        "parameters": {"type": ["string", "array"]},
        "sensitivity": {"enum": list(SENSITIVITIES)},
        "part": {"type": "string", "pattern": NAME},
        "questions": _list({"$ref": "#/$defs/row"}),
    }
    question = _mapping(_described(keys, described.QUESTION, translate), ["name", "type"])
    return {**question, "allOf": [_columns(kind) for kind in TYPES.values()]}


def _spellings(kind: QuestionType, translate: Translate) -> Iterable[Schema]:
    """Yield the ways in which a type is written: alone, with a list, with a file."""
    told = {"description": translate(kind.promise), "examples": [kind.example]}
    if not kind.takes_list:
        yield {"const": kind.name, **told}
        return
    snippet = {"label": kind.name, "body": f"{kind.name} ${{1:daftar}}"}
    yield {"type": "string", "pattern": rf"^{kind.name} +[a-z][a-z0-9_]*$", "defaultSnippets": [snippet], **told}
    for spelling in (one for one, name in FROM_FILE.items() if name == kind.name):
        snippet = {"label": spelling, "body": f"{spelling} ${{1:berkas}}.csv"}
        yield {
            "type": "string",
            "pattern": rf"^{spelling} +[a-z][a-z0-9_]*\.csv$",
            "defaultSnippets": [snippet],
            **told,
        }


def _columns(kind: QuestionType) -> Schema:
    """Return what a question of one type may say: its columns, appearances and parameters."""
    words = sorted(kind.appearances)
    pairs = [f"{key}={VALUES[value]}" for key, value in kind.parameters.items()]
    said: dict[str, Schema] = {"appearance": _words(words)} if words else {}
    if pairs:
        said["parameters"] = _pattern(f"({'|'.join(pairs)})")
    taken = {key for key in EVERYWHERE if key not in ("appearance", "parameters")} | set(said) | set(kind.columns)
    needed = ["label"] if kind.widget not in ("hidden", "group") else []
    needed += ["calculation"] if kind.name == "calculate" else []
    needed += ["questions"] if isinstance(kind, Around) else []
    files = "|".join(one for one, name in FROM_FILE.items() if name == kind.name)
    spelt = f"^({kind.name}{f'|{files}' if files else ''})( |$)"
    asked = {"properties": {"type": {"type": "string", "pattern": spelt}}, "required": ["type"]}
    then = {"properties": said, "propertyNames": {"enum": sorted(taken)}, "required": needed}
    return {"if": asked, "then": {key: value for key, value in then.items() if value}}


def _choice(translate: Translate) -> Schema:
    keys: dict[str, Schema] = {
        "name": {**_SCALAR, "pattern": r"^[^\s\"'\\]{1,40}$"},
        "label": {"$ref": "#/$defs/text"},
        "score": {"type": ["number", "string"]},
    }
    choice = _mapping(_described(keys, described.CHOICE, translate), ["name", "label"])
    return {**choice, "additionalProperties": _SCALAR}


def _part(translate: Translate) -> Schema:
    keys: dict[str, Schema] = {
        "readers": _readers(),
        "retention": {"$ref": "#/$defs/retention"},
        "copies": {"type": ["string", "array"], "items": {"type": "string", "pattern": NAME}},
    }
    return _mapping(_described(keys, described.PART, translate), ["readers", "retention"])


def _outcome(translate: Translate) -> Schema:
    rule: dict[str, Schema] = {
        "level": {"enum": list(LEVELS)},
        "when": {"$ref": "#/$defs/rule"},
        "card": {"type": "string", "pattern": NAME},
    }
    keys: dict[str, Schema] = {
        "show": {"enum": list(SHOWN)},
        "rules": _list(_mapping(_described(rule, described.OUTCOME, translate), list(rule))),
        "cards": _named({"$ref": "#/$defs/card"}),
        "notes": _named({"$ref": "#/$defs/card"}),
        "explanation": {"$ref": "#/$defs/text"},
    }
    return _mapping(_described(keys, described.OUTCOME, translate), ["show", "rules"])


def _card(translate: Translate) -> Schema:
    dialled = {"type": ["string", "integer"], "pattern": r"^[+0-9][0-9 -]{1,19}$"}
    number = {"anyOf": [{"enum": list(HELP_NAMES)}, dialled]}
    keys: dict[str, Schema] = {
        "title": {"$ref": "#/$defs/text"},
        "body": {"$ref": "#/$defs/text"},
        "numbers": {"type": ["string", "integer", "array"], "items": number},
        "urgent": _TRUTH,
        "when": {"$ref": "#/$defs/rule"},
    }
    return _mapping(_described(keys, described.OUTCOME, translate), ["title", "body"])


def _held(translate: Translate) -> Schema:
    card, until = _card(translate), {"description": translate(described.HELD), "enum": list(HOLDS)}
    return _mapping({"until": until, **card["properties"]}, ["until", "when", *card["required"]])


def _described(keys: Mapping[str, Schema], texts: Mapping[str, str], translate: Translate) -> dict[str, Schema]:
    return {key: {"description": translate(texts[key]), **schema} for key, schema in keys.items()}


def _mapping(keys: Mapping[str, Schema], needed: Iterable[str] = ()) -> Schema:
    """Return the schema of a mapping with these keys and no others."""
    required = {"required": list(needed)} if needed else {}
    return {"type": "object", "properties": dict(keys), **required, "additionalProperties": False}


def _named(value: Schema) -> Schema:
    return {"type": "object", "propertyNames": {"pattern": NAME}, "additionalProperties": value}


def _list(item: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "items": item}


def _words(known: Iterable[str]) -> Schema:
    """Return the schema of words, in a list or with blanks between; an editor offers them one by one."""
    return {"anyOf": [{"enum": list(known)}, _pattern(f"({'|'.join(known)})")]}


def _pattern(word: str) -> Schema:
    items = {"type": "string", "pattern": f"^{word}$"}
    return {"type": ["string", "array"], "pattern": rf"^\s*{word}(\s+{word})*\s*$", "items": items}


def _readers() -> Schema:
    return {"enum": [list(READERS[:1]), list(READERS), READERS[0], " ".join(READERS)]}


def _languages() -> Iterable[tuple[str, ...]]:
    """Yield every list of languages that begins with the source and names none twice."""
    source, *others = LANGUAGES
    for count in range(len(others) + 1):
        for chosen in combinations(others, count):
            yield from ((source, *order) for order in permutations(chosen))
