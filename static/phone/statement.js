// What office and site have signed, read as forms_app/sealing/statements.py and forms_app/transfer read it: DSSE envelopes
// with Ed25519. Whatever is not exactly right throws, always the same.
import * as ed25519 from "@noble/ed25519";
import { concat, fromUtf8, hex, pack, same, sha256, toHex, unbase64, utf8 } from "./bytes.js";
import { keyIdOf } from "./keyid.js";

const OFFICE = "application/vnd.peksos.office+json";
const ACKNOWLEDGEMENT = "application/vnd.peksos.ack+json";
const RECEIPT = "application/vnd.peksos.receipt+json";
const CONSONANTS = "bdfghjklmnprstvz";
const VOWELS = "aiou";
const MAX_ENVELOPE = 4 * 1024 * 1024;
const MAX_SIGNATURES = 8;
const NAME_SIZE = 200;
const PUBLIC_SIZE = 1216;
const LAST_DAY = 0xffff;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const SITE = /^[a-z0-9][a-z0-9-]{0,39}$/;
const NAMES = /[{}]|("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"/g;

const refuse = () => {
  throw Object.assign(new Error("signature"), { code: "signature" });
};
const need = (right) => right || refuse();
const strictly = (read) => async (...given) => read(...given).catch(refuse);

export const signerId = async (key) => toHex((await sha256(pack(utf8("Ed25519"), key))).subarray(0, 8));

// JSON.parse takes the last of two fields of one name, another reader the first: so none may stand twice.
const parse = (text) => {
  const value = JSON.parse(text);
  const open = [];
  for (const [sign, name] of text.matchAll(NAMES)) {
    if (sign === "{") open.unshift(new Set());
    else if (sign === "}") open.shift();
    else if (name) need(!open[0].has(JSON.parse(name))) && open[0].add(JSON.parse(name));
  }
  return value;
};

const envelope = (line, type) => {
  need(typeof line === "string" && line.length <= MAX_ENVELOPE);
  const { payloadType, payload, signatures } = parse(line);
  need(payloadType === type && Array.isArray(signatures) && signatures.length && signatures.length <= MAX_SIGNATURES);
  const read = ({ keyid, sig }) => need(typeof keyid === "string") && { keyid, sig: unbase64(sig) };
  return { payload: unbase64(payload), signatures: signatures.map(read) };
};

const signs = (key, message, sig) => ed25519.verifyAsync(sig, message, key, { zip215: false }).catch(() => false);

// The payload, as text, of an envelope of this type that this key has signed.
export const verify = strictly(async (line, type, key) => {
  const { payload, signatures } = envelope(line, type);
  const message = concat(utf8(`DSSEv1 ${utf8(type).length} ${type} ${payload.length} `), payload);
  const id = await signerId(key);
  for (const { keyid, sig } of signatures) if (keyid === id && (await signs(key, message, sig))) return fromUtf8(payload);
  return refuse();
});

// One spelling: sorted keys, no spaces, no key twice. Then what is read is what was signed.
const spelt = (value) => {
  if (Array.isArray(value)) return `[${value.map(spelt).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${spelt(value[name])}`).join(",")}}`;
};
const canonical = (text) => {
  const value = JSON.parse(text);
  need(value && !Array.isArray(value) && spelt(value) === text);
  return value;
};
const keysAre = (value, ...names) => need(Object.keys(value).sort().join() === names.sort().join());
const natural = (value, least = 0, end = Infinity) => {
  need(Number.isSafeInteger(value) && value >= least && value < end);
  return value;
};
const named = (value) => need(typeof value === "string" && value && [...value].length <= NAME_SIZE) && value;
const dated = (value) => need(typeof value === "string" && DAY.test(value) && value > "0001" && new Date(`${value}T00:00Z`).toJSON().startsWith(value)) && value;

const word = (bits) =>
  CONSONANTS[bits >> 12] + VOWELS[(bits >> 10) & 3] + CONSONANTS[(bits >> 6) & 15] + VOWELS[(bits >> 4) & 3] + CONSONANTS[bits & 15];

// The eight words of a public key, joined by hyphens.
export const words = async (key) => {
  const digest = await sha256(key);
  return Array.from({ length: 8 }, (_, at) => word(digest[2 * at] * 256 + digest[2 * at + 1])).join("-");
};

const readTerm = async (said) => {
  const key = unbase64(said.public);
  need(key.length === PUBLIC_SIZE && (await keyIdOf(key)) === said.key_id);
  const revoked = "revoked" in said ? dated(said.revoked) : null;
  return { keyId: said.key_id, public: key, first: dated(said.from), last: dated(said.until), retention: named(said.class), revoked };
};

// Every key that the office has signed. With `pinned` (its root, bytes) no other office will do.
export const readOffice = strictly(async (line, pinned) => {
  const claimed = JSON.parse(fromUtf8(envelope(line, OFFICE).payload));
  const root = unbase64(claimed.root);
  need(root.length === 32 && (!pinned || same(root, pinned)));
  const value = canonical(await verify(line, OFFICE, root));
  need(value.format === "peksos/office/1" && Array.isArray(value.terms));
  const terms = [];
  for (const term of value.terms) terms.push(await readTerm(term));
  return { office: named(value.office), root, number: natural(value.number), terms, words: await words(root) };
});

// A key that may still be sealed to: signed by the office, begun by a day (YYYY-MM-DD), and not given up.
export const termFor = (office, keyId, day) => {
  const mine = office.terms.filter((term) => term.keyId === keyId);
  const begun = mine.find((term) => term.first <= day);
  return begun && !mine.some((term) => term.revoked) ? begun : refuse();
};

const digits = (value, size) => need(typeof value === "string" && value.length === 2 * size) && toHex(hex(value));
const readHead = (head, least, end) => {
  need(Array.isArray(head) && head.length === 3);
  return { epoch: natural(head[0], 1, end), seq: natural(head[1], least), hash: digits(head[2], 32) };
};

// What a site has signed about one record; id and hash are hexadecimal.
export const readAcknowledgement = strictly(async (line, site, key) => {
  const value = canonical(await verify(line, ACKNOWLEDGEMENT, key));
  keysAre(value, "format", "site", "record", "hash", "head", "day");
  need(value.format === "peksos/ack/1" && value.site === site);
  const head = readHead(value.head, 1, 2 ** 32);
  return { site, record: digits(value.record, 16), hash: digits(value.hash, 32), head, day: natural(value.day, 0, LAST_DAY + 1) };
});

const readRanges = (ranges, last) => {
  let before = -1;
  for (const range of need(Array.isArray(ranges)) && ranges) {
    const [first, end] = need(Array.isArray(range) && range.length === 2) && range;
    need(natural(first, 1) <= natural(end, 1) && end <= last && first > before + 1);
    before = end;
  }
  return ranges;
};
const within = (ranges, seq) => ranges.some(([first, last]) => first <= seq && seq <= last);

// What the office says it holds of a site's log: `kept` and `opened` tell it of a place in the chain that ends at `head`.
export const readReceipt = strictly(async (line, root, site) => {
  const value = canonical(await verify(line, RECEIPT, root));
  keysAre(value, "format", "site", "number", "head", "opened_to", "kept_but", "opened_but");
  need(value.format === "peksos/receipt/1" && value.site === site && SITE.test(site));
  const head = readHead(value.head, 0);
  const keptBut = readRanges(value.kept_but, head.seq);
  const openedBut = readRanges(value.opened_but, head.seq);
  const openedTo = natural(value.opened_to, 0, head.seq + 1);
  const kept = (seq) => seq >= 1 && seq <= head.seq && !within(keptBut, seq);
  const opened = (seq) => kept(seq) && seq <= openedTo && !within(openedBut, seq);
  return { number: natural(value.number, 1), head, kept, opened };
});
