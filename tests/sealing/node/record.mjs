// Opens and seals records with another implementation of HPKE and with WebCrypto; owes nothing to forms_app.
// One JSON object comes in, one goes out; bytes are hexadecimal.
import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";

const SUITE = "MLKEM768_X25519,HKDF-SHA256,AES-256-GCM";
const ENC = 1120;
const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const bytes = (text) => Buffer.from(text, "utf8");
const hex = (text) => Buffer.from(text, "hex");
const sha256 = async (...parts) => Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.concat(parts)));
const exact = (data) => Uint8Array.from(data).buffer;

function pack(...fields) {
  return Buffer.concat(fields.flatMap((field) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(field.length);
    return [length, field];
  }));
}

function unpack(data) {
  const fields = [];
  for (let at = 0; at < data.length; ) {
    const end = at + 4 + data.readUInt32BE(at);
    if (end > data.length) throw new Error("cut short");
    fields.push(data.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

async function derive(contentKey, header) {
  const key = await crypto.subtle.importKey("raw", contentKey, "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: await sha256(header), info: bytes("peksos/body/1") };
  const derived = Buffer.from(await crypto.subtle.deriveBits(how, key, 512));
  const lock = await crypto.subtle.importKey("raw", derived.subarray(0, 32), "AES-GCM", false, ["encrypt", "decrypt"]);
  return { lock, commit: derived.subarray(32) };
}

const wrapInfo = async (role, keyId, header, commit, body) =>
  exact(pack(bytes("peksos/wrap/1"), bytes(role), bytes(keyId), await sha256(header), await sha256(commit, body)));
const gcm = (header) => ({ name: "AES-GCM", iv: new Uint8Array(12), additionalData: header });

async function open({ record, role, seed }) {
  const [header, wraps, commit, body] = unpack(hex(record));
  const names = unpack(unpack(header)[5]).map(String);
  const place = names.indexOf(role);
  const wrap = unpack(wraps)[place / 2];
  const recipientKey = await suite.kem.deserializePrivateKey(exact(hex(seed)));
  const info = await wrapInfo(role, names[place + 1], header, commit, body);
  const contentKey = await suite.open({ recipientKey, enc: exact(wrap.subarray(0, ENC)), info }, exact(wrap.subarray(ENC)));
  const derived = await derive(contentKey, header);
  if (!derived.commit.equals(commit)) throw new Error("another key");
  const padded = Buffer.from(await crypto.subtle.decrypt(gcm(header), derived.lock, body));
  const end = 4 + padded.readUInt32BE(0);
  if (padded.subarray(end).some((byte) => byte !== 0)) throw new Error("padding");
  return { text: padded.subarray(4, end).toString("hex") };
}

async function seal({ readers, header: said, text, size }) {
  const known = await Promise.all(readers.map(async ({ role, public: key }) => {
    const keyId = (await sha256(pack(bytes(SUITE), hex(key)))).subarray(0, 8).toString("hex");
    return { role, keyId, recipientPublicKey: await suite.kem.deserializePublicKey(exact(hex(key))) };
  }));
  const names = pack(...known.flatMap(({ role, keyId }) => [bytes(role), bytes(keyId)]));
  const tail = [said.form, said.digest, said.event, said.ticket].map(bytes);
  const header = pack(bytes("peksos/record/1"), bytes(SUITE), hex(said.record_id), bytes(said.site), bytes(said.kind), names, ...tail);
  const contentKey = crypto.getRandomValues(new Uint8Array(32));
  const { lock, commit } = await derive(contentKey, header);
  const padded = Buffer.alloc(size);
  padded.writeUInt32BE(text.length / 2);
  hex(text).copy(padded, 4);
  const body = Buffer.from(await crypto.subtle.encrypt(gcm(header), lock, padded));
  const wraps = await Promise.all(known.map(async ({ role, keyId, recipientPublicKey }) => {
    const info = await wrapInfo(role, keyId, header, commit, body);
    const { enc, ct } = await suite.seal({ recipientPublicKey, info }, exact(contentKey));
    return Buffer.concat([Buffer.from(enc), Buffer.from(ct)]);
  }));
  return { record: pack(header, pack(...wraps), commit, body).toString("hex") };
}

let asked = "";
for await (const piece of process.stdin) asked += piece;
const work = { open, seal }[process.argv[2]];
const answers = await Promise.all(JSON.parse(asked).map((one) => work(one).catch((error) => ({ refused: String(error) }))));
process.stdout.write(JSON.stringify(answers));
