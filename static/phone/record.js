// Sealed records, as forms_app/sealing makes them: header, wraps, commitment, body. HPKE is that of the packages @hpke.
import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { concat, pack, sha256, u32, utf8 } from "./bytes.js";
import { keyIdOf, SUITE } from "./keyid.js";

const FORMAT = "peksos/record/1";
const OPAQUE = "s";
const ROLES = ["office", "event"];
const PLAIN_WORD = /^[!-~]{0,100}$/;
const MAX_HEADER = 1024;
const MAX_RECORD = 65536;
const OVERHEAD = 4;
const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const plain = (word) => typeof word === "string" && PLAIN_WORD.test(word);
const exact = (bytes) => bytes.slice().buffer;

const refuse = (code) => {
  throw Object.assign(new Error(code), { code });
};

// The 16 bytes that name a record: its day, then what page nonce and answers (canonical bytes) give.
export const recordId = async (day, secret, answers) => {
  if (!Number.isInteger(day) || day < 0 || day > 65535 || !secret.length) refuse("nonce");
  const written = Uint8Array.of(day >> 8, day & 255);
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mark = await crypto.subtle.sign("HMAC", key, pack(utf8("peksos/id/1"), written, answers));
  return concat(written, new Uint8Array(mark).subarray(0, 14));
};

export const headerBytes = ({ recordId: id, site, kind, form, digest, event, ticket }, readers) => {
  const words = [site, form, digest, event, ticket];
  const right = id.length === 16 && (kind === OPAQUE || kind === "p") && site && words.every(plain);
  if (!right || (kind === OPAQUE && (form || digest || event || ticket))) refuse("header");
  const names = pack(...readers.flatMap(({ role, keyId }) => [utf8(role), utf8(keyId)]));
  const tail = [form, digest, event, ticket].map(utf8);
  const header = pack(utf8(FORMAT), utf8(SUITE), id, utf8(site), utf8(kind), names, ...tail);
  return header.length > MAX_HEADER ? refuse("header") : header;
};

// The encryption key and the commitment of a content key for this very header.
export const derive = async (contentKey, header) => {
  const key = await crypto.subtle.importKey("raw", contentKey, "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: await sha256(header), info: utf8("peksos/body/1") };
  const bits = new Uint8Array(await crypto.subtle.deriveBits(how, key, 512));
  return { key: bits.slice(0, 32), commit: bits.slice(32) };
};

export const pad = (text, size) => {
  if (text.length + OVERHEAD > size) refuse("size");
  const padded = new Uint8Array(size);
  padded.set(u32(text.length));
  padded.set(text, OVERHEAD);
  return padded;
};

// [commit, body] of a text; a content key must never lock a second one, since the nonce is always zero.
export const lock = async (contentKey, header, text, size) => {
  const { key, commit } = await derive(contentKey, header);
  const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const how = { name: "AES-GCM", iv: new Uint8Array(12), additionalData: header };
  return [commit, new Uint8Array(await crypto.subtle.encrypt(how, aes, pad(text, size)))];
};

export const wrapInfo = async (role, keyId, header, commit, body) =>
  pack(utf8("peksos/wrap/1"), utf8(role), utf8(keyId), await sha256(header), await sha256(commit, body));

const wrap = async (contentKey, reader, header, commit, body) => {
  const recipientPublicKey = await suite.kem.deserializePublicKey(exact(reader.public));
  const info = exact(await wrapInfo(reader.role, reader.keyId, header, commit, body));
  const { enc, ct } = await suite.seal({ recipientPublicKey, info }, exact(contentKey));
  return concat(new Uint8Array(enc), new Uint8Array(ct));
};

const refuseReaders = async (readers, kind) => {
  const roles = readers.map(({ role }) => role);
  const known = roles.length && new Set(roles).size === roles.length && roles.every((role) => ROLES.includes(role));
  if (!known || (kind === OPAQUE && (roles.length !== 1 || roles[0] !== "office"))) refuse("readers");
  for (const reader of readers) if ((await keyIdOf(reader.public)) !== reader.keyId) refuse("readers");
};

// Seal a text, padded to exactly `size` bytes, to these readers [{role, keyId, public}] and nobody else.
export const sealRecord = async ({ header: said, text, readers, size }) => {
  await refuseReaders(readers, said.kind);
  const header = headerBytes(said, readers);
  const contentKey = crypto.getRandomValues(new Uint8Array(32));
  const [commit, body] = await lock(contentKey, header, text, size);
  const wraps = [];
  for (const reader of readers) wraps.push(await wrap(contentKey, reader, header, commit, body));
  const record = pack(header, pack(...wraps), commit, body);
  return record.length > MAX_RECORD ? refuse("size") : record;
};
