// Posted texts -> answers: the twin of the cleaners in forms_app/specs/types. What Python and JavaScript read differently
// by themselves (white space, digits, lengths, decimals) is spelt out here.
import { Real } from "./canonical.js";
import { FORMATS, isDay } from "./formats.js";

// Why an answer is not accepted: a code for programs, and the key of the message in the recipe.
export class Problem {
  constructor(code, key = code) {
    this.code = code;
    this.key = key;
  }
}

// What str.strip() of Python takes away: not U+FEFF, which trim() does, but U+001C to U+001F and U+0085.
const SPACE = new Set("\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000");

export const strip = (text) => {
  let [start, end] = [0, text.length];
  while (start < end && SPACE.has(text[start])) start += 1;
  while (end > start && SPACE.has(text[end - 1])) end -= 1;
  return text.slice(start, end);
};

const split = (text) => {
  const words = [];
  let word = "";
  for (const sign of text) {
    if (!SPACE.has(sign)) word += sign;
    else if (word) words.push(word), (word = "");
  }
  return word ? [...words, word] : words;
};

const last = (raw) => (raw.length ? raw[raw.length - 1] : "");

// The cleaner of a type whose answer is read from one line; an empty line is no answer.
const typed = (read) => (raw) => {
  const text = strip(last(raw));
  return text ? read(text) : null;
};

const lengthOf = (text) => {
  let length = 0;
  for (const _sign of text) length += 1;
  return length;
};

const refused = (text, limit) => {
  // The bound on raw signs comes first, as in Python: normalising a long run of combining signs can be slow.
  if (lengthOf(text) > 4 * limit || lengthOf(text.normalize("NFC")) > limit) return new Problem("too-long");
  if (/[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]/u.test(text)) return new Problem("sign");
  const bytes = new TextEncoder().encode(text).length + (text.match(/["\\\n\t]/g) || []).length;
  return bytes > 4 * limit ? new Problem("too-long") : null;
};

const finisher = ({ limit, format, upper }) => {
  if (format) return (text) => FORMATS[format](text) || new Problem("format");
  if (upper) return (text) => refused(text.toUpperCase(), limit) || text.toUpperCase();
  return (text) => text;
};

const text = (how) => {
  const finish = finisher(how);
  return (raw) => {
    const whole = last(raw).replace(/\r\n?/g, "\n");
    const kept = how.several ? whole : strip(whole);
    if (!strip(kept)) return null;
    return refused(kept, how.limit) || finish(kept);
  };
};

const outside = (value, { min, max }) => {
  if (min && value < +min) return new Problem("range", "low");
  return max && value > +max ? new Problem("range", "high") : null;
};

const integer = (how) =>
  typed((line) => {
    if (!/^-?[0-9]{1,15}$/.test(line)) return new Problem("integer");
    const value = +line || 0; // never -0
    return outside(value, how) || value;
  });

const decimalOf = (line) => {
  const pointed = line.replace(/,/g, ".");
  const digits = pointed.replace(/^-/, "").replace(".", "");
  return /^[0-9]{1,15}$/.test(digits) ? +pointed || 0 : null; // never -0
};

const decimal = (how) =>
  typed((line) => {
    const value = decimalOf(line);
    if (value === null) return new Problem("decimal");
    return outside(value, how) || new Real(value);
  });

// A decimal in units of 1e-40, exactly; steps of 0.1 are not what doubles make of them.
const units = (value) => {
  const [, sign, whole, part = "", power = "0"] = /^(-?)([0-9]+)\.?([0-9]*)(?:e([-+][0-9]+))?$/.exec(value);
  const size = BigInt(whole + part) * BigInt(10) ** BigInt(40 - part.length + +power);
  return sign ? -size : size;
};

const range = ({ start, end, step }) => {
  const [first, final, apart] = [start, end, step].map(units);
  const pieces = BigInt(10) ** BigInt(40);
  const whole = first % pieces === BigInt(0) && apart % pieces === BigInt(0);
  return typed((line) => {
    const value = decimalOf(line);
    const exact = value === null ? null : units(`${value}`);
    const fits = exact !== null && first <= exact && exact <= final && (exact - first) % apart === BigInt(0);
    if (!fits) return new Problem("range");
    return whole ? value : new Real(value);
  });
};

const dayOf = (line) => {
  let text = line;
  if (text.includes("/") || !/^[0-9]+$/.test(text.slice(0, 4))) {
    const pieces = text.replace(/-/g, "/").split("/");
    if (pieces.length === 3 && pieces[2].length === 4) {
      text = pieces.reverse().map((piece) => piece.padStart(2, "0")).join("-");
    }
  }
  if (!/^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$/.test(text)) return null;
  const [year, month, day] = text.split("-").map(Number);
  return isDay(year, month, day) ? text : null;
};

const clockOf = (line) => {
  const clock = /^([01]?[0-9]|2[0-3])[.:]([0-5][0-9])(?:[.:][0-5][0-9](?:[.][0-9]{1,6})?)?$/.exec(line);
  return clock ? `${clock[1].padStart(2, "0")}:${clock[2]}` : null;
};

// A typed day and time as YYYY-MM-DDTHH:MM, or null.
export const moment = (line) => {
  const spaced = line.replace(/T/g, " ");
  const place = spaced.indexOf(" ");
  const day = dayOf(place < 0 ? spaced : spaced.slice(0, place));
  const clock = place < 0 ? null : clockOf(strip(spaced.slice(place + 1)));
  return day && clock ? `${day}T${clock}` : null;
};

const date = ({ min, max }) =>
  typed((line) => {
    const day = dayOf(line);
    if (day === null) return new Problem("date");
    if (min && day < min) return new Problem("range", "low");
    return max && day > max ? new Problem("range", "high") : day;
  });

const selectOne = ({ names }) => {
  const listed = new Set(names);
  return typed((name) => (listed.has(name) ? name : new Problem("choice")));
};

const selectMultiple = ({ names }) => {
  const listed = new Set(names);
  return (raw) => {
    const picked = new Set(raw.filter(Boolean));
    if (![...picked].every((name) => listed.has(name))) return new Problem("choice");
    return picked.size ? names.filter((name) => picked.has(name)) : null;
  };
};

const rank = ({ names }) => {
  const listed = new Set(names);
  return (raw) => {
    const picked = raw.filter(Boolean);
    if (!picked.length) return null;
    const each = new Set(picked);
    const whole = picked.length === names.length && each.size === names.length && picked.every((name) => listed.has(name));
    return whole ? picked : new Problem("rank");
  };
};

const placeOf = (line) => {
  const parts = split(line.replace(/,/g, " "));
  const written = parts.every((part) => /^-?[0-9]{1,6}(?:\.[0-9]{1,15})?$/.test(part));
  if (parts.length < 2 || parts.length > 4 || !written) return null;
  if (Math.abs(+parts[0]) > 90 || Math.abs(+parts[1]) > 180) return null;
  return [...parts, "0", "0"].slice(0, 4).join(" ");
};

const CLEANERS = {
  text,
  barcode: text,
  integer,
  decimal,
  range,
  date,
  time: () => typed((line) => clockOf(line) || new Problem("time")),
  dateTime: () => typed((line) => moment(line) || new Problem("datetime")),
  select_one: selectOne,
  select_multiple: selectMultiple,
  rank,
  acknowledge: () => typed((line) => line === "true" || line === "on" || new Problem("choice")),
  geopoint: () => typed((line) => placeOf(line) || new Problem("geopoint")),
};

// The function that makes an answer of posted texts: null for no answer, or the Problem with them.
export const cleaner = (type, how) => CLEANERS[type](how);
