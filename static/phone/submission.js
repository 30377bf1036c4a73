// A finished filling as it is sealed: the twin of forms_app/answers/submission.py. Its bytes, its nonce, its receipt.
import { canonical } from "./canonical.js";
import { checkDigit } from "./formats.js";

const FORMAT = "peksos/submission/1";
const NEEDED = ["form_id", "version", "digest", "nonce", "answers", "calculated"];
const USUAL = {
  event: "",
  event_data: null,
  part: "",
  language: "id",
  filled_at: "",
  channel: "phone",
  filled_by: "self",
  level: "",
  level_shown: false,
  sample: false,
};
// Written only where they say something.
const RARE = { partial: false, follows: "" };
const WIB = 7 * 3600e3;

export const submissionBytes = (fields) => {
  const known = { ...USUAL, ...RARE };
  if (!NEEDED.every((name) => name in fields)) throw new Error("submission: a field is missing");
  if (!Object.keys(fields).every((name) => name in known || NEEDED.includes(name))) throw new Error("submission: unknown field");
  const written = { ...known, ...fields, format: FORMAT };
  for (const name of Object.keys(RARE)) if (!written[name]) delete written[name];
  return new TextEncoder().encode(canonical(written));
};

// Days since 1970 of a day written YYYY-MM-DD.
export const dayNumber = (day) => Date.parse(`${day}T00:00Z`) / 864e5;

export const dayOf = (number) => new Date(number * 864e5).toISOString().slice(0, 10);

// A moment as a filling needs it: its day and minute in WIB, and the time that is sealed. Of a part only the day is told,
// since the second would link it to its main record.
export const moments = (time) => {
  const local = new Date(time + WIB).toISOString();
  const day = local.slice(0, 10);
  const sealed = (at) => `${new Date(at).toISOString().slice(0, 19)}+00:00`;
  return { day, now: local.slice(0, 16), filledAt: sealed(time), filledAtOfPart: sealed(Date.parse(`${day}T00:00Z`) - WIB) };
};

const encoded = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_");

const nonceOf = (bytes) => ({ day: bytes[0] * 256 + bytes[1], secret: bytes.slice(2), text: encoded(bytes) });

// What a page carries, {day, secret, text}: its day's number and 16 random bytes; null for a text that is no nonce.
export const nonce = (text) => {
  if (!/^[A-Za-z0-9_+\/-]{24}$/.test(text)) return null;
  const bytes = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return nonceOf(Uint8Array.from(bytes, (sign) => sign.charCodeAt(0)));
};

export const nonceFrom = (day, secret) => nonceOf(Uint8Array.of(day >> 8, day & 255, ...secret));

// Draw a new one for a day written YYYY-MM-DD.
export const freshNonce = (day) => nonceFrom(dayNumber(day), crypto.getRandomValues(new Uint8Array(16)));

// The nonce of a part, which nobody without the pepper (bytes) can link to the page's.
export const partNonce = async (page, part, pepper) => {
  const key = await crypto.subtle.importKey("raw", pepper, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const named = Uint8Array.of(...page.secret, ...new TextEncoder().encode(part));
  return nonceFrom(page.day, new Uint8Array(await crypto.subtle.sign("HMAC", key, named)).slice(0, 16));
};

// The ten digits that a person writes down: nine of the record's id (16 bytes) and a check digit.
export const receiptCode = (recordId) => {
  const number = recordId.slice(2, 10).reduce((value, byte) => (value * 256 + byte) % 1e9, 0);
  const digits = `${number}`.padStart(9, "0");
  return digits + checkDigit(digits);
};

export const showReceipt = (code) => `${code.slice(0, 5)} ${code.slice(5)}`;
