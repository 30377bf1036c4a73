// Expressions on the phone: trees made by forms_app/specs/expressions get the values that evaluation.py gives them.
// An operation is one line, so that a page carries only those it uses: twin.py there leaves out the rest.
const peksosExpressions = (() => {
  const settled = (value) => (value == null || value === "" || (typeof value === "number" && !isFinite(value)) ? null : value);
  const words = (value) => (value == null ? "" : Array.isArray(value) ? value.map(words).join(" ") : `${value}`);
  const tidy = (value) => words(value).replace(/\r\n/g, "\n").normalize();
  const plain = (value) => typeof value === "number" || typeof value === "boolean";
  const digits = (value) => (/^[ \t\r\n]*-?(\d+\.?\d*|\.\d+)[ \t\r\n]*$/.test(value) ? +value : null);
  const numeric = (value) => settled(plain(value) ? +value : digits(words(value)));
  const picked = (value) => (Array.isArray(value) ? value : words(value).split(" ")).filter(Boolean).map(words);
  const flat = (parts) => parts.flat().filter((part) => part != null);
  const filled = (apply) => (...parts) => (parts.includes(null) ? null : apply(...parts));
  const ordered = (apply) => (...parts) => !parts.includes(null) && apply(...parts);
  const iso = (time, length) => new Date(time).toISOString().slice(0, length);
  const wib = (length) => iso(Date.now() + 252e5, length);
  const day = (value, text = words(value).slice(0, 10)) => (/^[12]\d{3}-\d\d-\d\d(T([01]\d|2[0-3]):[0-5]\d)?$/.test(value) && iso(Date.parse(text) || 0, 10) === text ? text : null);
  const moment = (value) => day(value) && `${value}T00:00`.slice(0, 16);
  const dateParts = (y, m, d, H, M) => ({ Y: y, y: y.slice(2), m, n: +m, d, e: +d, H, h: +H, M });
  const written = filled((value, form) => day(value) && form.replace(/%(.)/g, (_, code) => dateParts(...moment(value).split(/[-T:]/))[code]));
  const mixed = (number, shift, factor) => Math.imul(number ^ (number >>> shift), factor);

  // How an answer is read, by the kind that its question promises.
  const readers = {
    "ref": (value) => tidy(value) || null,
    "num": numeric,
    "flag": (value) => (words(value) ? words(value) !== "false" : null),
    "set": (value) => (picked(value).length ? picked(value) : null),
    "raw": (value) => (plain(value) ? settled(value) : tidy(value) || null),
    "context": (value, [part], context) => context[part],
    "all": (value, [, inner, reader]) => (value || []).map((entry) => (reader ? readers[reader](inner ? entry[inner] : entry) : entry)),
  };

  const operations = {
    "or": (...parts) => parts.includes(true),
    "and": (...parts) => parts.every(Boolean),
    "=": (left, right) => left === right,
    "!=": (left, right) => left !== right,
    "<": ordered((left, right) => left < right),
    "<=": ordered((left, right) => left <= right),
    ">": ordered((left, right) => left > right),
    ">=": ordered((left, right) => left >= right),
    "+": filled((...parts) => parts.reduce((total, part) => total + part)),
    "-": filled((left, right) => left - right),
    "*": filled((left, right) => left * right),
    "div": filled((left, right) => left / right),
    "mod": filled((left, right) => left % right),
    "neg": filled((value) => -value),
    "days": filled((later, earlier) => (Date.parse(day(later)) - Date.parse(day(earlier))) / 864e5),
    "selected": (names, name) => !!names && names.includes(name),
    "selected-at": filled((names, index) => names[Math.floor(index)]),
    "count-selected": (names) => (names || []).length,
    "jr:choice-name": filled((names, name, labels = {}) => picked(names).map((one) => (labels[name] || {})[one] || one).join(", ")),
    "score": filled((names, scores) => flat(names.map((name) => scores[name])).reduce((total, part) => total + part, 0)),
    "if": (condition, one, other) => (condition ? one : other),
    "coalesce": (value, other) => (value === null ? other : value),
    "once": (value) => value,
    "not": (value) => !value,
    "true": () => true,
    "false": () => false,
    "boolean": Boolean,
    "number": numeric,
    "string": words,
    "int": filled(Math.trunc),
    "round": filled((value, places = 0) => Math.round(value * 10 ** places) / 10 ** places),
    "abs": filled(Math.abs),
    "pow": filled((value, times) => Array(times).fill(value).reduce((total, part) => total * part, 1)),
    "min": (...parts) => Math.min(...flat(parts)),
    "max": (...parts) => Math.max(...flat(parts)),
    "sum": (...parts) => flat(parts).reduce((total, part) => total + part, 0),
    "count": (rows) => rows.length,
    "count-non-empty": (rows) => flat(rows).length,
    "position": (number) => number,
    "indexed-repeat": filled((answers, number) => answers[number - 1]),
    "join": (mark, ...parts) => flat(parts).map(words).join(mark || ""),
    "concat": (...parts) => parts.map(words).join(""),
    "string-length": (value) => [...tidy(value)].length,
    "substr": (value, ...bounds) => (bounds.includes(null) ? null : [...words(value)].slice(...bounds).join("")),
    "contains": ordered((value, part) => value.includes(part)),
    "starts-with": ordered((value, part) => value.startsWith(part)),
    "ends-with": ordered((value, part) => value.endsWith(part)),
    "normalize-space": (value) => words(value).replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, ""),
    "translate": (value, old, now, signs = [...words(old)]) => [...words(value)].map((sign) => (signs.includes(sign) ? [...words(now)][signs.indexOf(sign)] : sign)).join(""),
    "regex": ordered((value, pattern) => new RegExp(`^(?:${pattern})$`, "u").test(value)),
    "today": (day = wib(10)) => day,
    "now": (now = wib(16)) => now,
    "date": day,
    "date-time": moment,
    "format-date": written,
    "format-date-time": written,
    "decimal-date-time": filled((value) => day(value) && (Date.parse(`${moment(value)}Z`) / 6e4 - 420) / 1440),
    "random": (...parts) => (mixed(mixed([...parts.join(" ")].reduce((total, sign) => Math.imul(total ^ sign.codePointAt(), 16777619), 2166136261), 16, 2246822507), 13, 3266489909) >>> 0) / 2 ** 32,
  };

  // The value of a tree; `values` are the answers by name, `context` says day, now, seed and labels (see evaluation.py).
  const evaluate = (tree, values, context = {}) => {
    if (!Array.isArray(tree)) return settled(tree);
    const [operation, ...parts] = tree;
    if (readers[operation]) return readers[operation](values[parts[0]], parts, context);
    return settled(operations[operation](...parts.map((part) => evaluate(part, values, context))));
  };
  return { evaluate, holds: (tree, values, context) => !!evaluate(tree, values, context) };
})();
if (typeof module === "object") module.exports = peksosExpressions;
