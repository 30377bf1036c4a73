// The phone's own modules at work: a list of tasks comes in as JSON, the list of what became of them goes out.
// Bytes are hexadecimal; what a module refuses gives its code.
const phone = new URL("../../static/phone/", import.meta.url);
const from = (name) => import(new URL(name, phone));
const { hex, pack, toHex, unpack, utf8 } = await from("bytes.js");
const { keyIdOf } = await from("keyid.js");
const record = await from("record.js");
const statement = await from("statement.js");

const named = (header) => ({ ...header, recordId: hex(header.record_id) });
const known = (readers) => readers.map(({ role, key_id: keyId, public: key }) => ({ role, keyId, public: hex(key || "") }));

const tasks = {
  pack: ({ fields }) => toHex(pack(...fields.map(hex))),
  unpack: ({ packed, count }) => unpack(hex(packed), count === null ? undefined : count).map(toHex),
  keyId: ({ key }) => keyIdOf(hex(key)),
  words: ({ key }) => statement.words(hex(key)),
  recordId: async ({ day, nonce, answers }) => toHex(await record.recordId(day, hex(nonce), hex(answers))),
  header: ({ header, readers }) => toHex(record.headerBytes(named(header), known(readers))),
  derive: async ({ content_key: contentKey, header }) => {
    const { key, commit } = await record.derive(hex(contentKey), hex(header));
    return [toHex(key), toHex(commit)];
  },
  pad: ({ plaintext, size }) => toHex(record.pad(hex(plaintext), size)),
  lock: async ({ content_key: contentKey, header, plaintext, size }) =>
    (await record.lock(hex(contentKey), hex(header), hex(plaintext), size)).map(toHex),
  wrapInfo: async ({ role, key_id: keyId, header, commit, body }) =>
    toHex(await record.wrapInfo(role, keyId, hex(header), hex(commit), hex(body))),
  seal: async ({ header, readers, plaintext, size }) =>
    toHex(await record.sealRecord({ header: named(header), readers: known(readers), text: hex(plaintext), size })),
  signerId: ({ key }) => statement.signerId(hex(key)),
  verify: async ({ line, type, key }) => toHex(utf8(await statement.verify(line, type, hex(key)))),
  office: async ({ line, pinned }) => {
    const read = await statement.readOffice(line, pinned ? hex(pinned) : null);
    return { ...read, root: toHex(read.root), terms: read.terms.map((term) => ({ ...term, public: toHex(term.public) })) };
  },
  termFor: async ({ line, key_id: keyId, day }) => statement.termFor(await statement.readOffice(line, null), keyId, day).keyId,
  acknowledgement: ({ line, site, key }) => statement.readAcknowledgement(line, site, hex(key)),
  receipt: async ({ line, root, site, places }) => {
    const read = await statement.readReceipt(line, hex(root), site);
    return { ...read, kept: places.map(read.kept), opened: places.map(read.opened) };
  },
};

let asked = "";
for await (const piece of process.stdin) asked += piece;
const told = [];
for (const one of JSON.parse(asked)) {
  try {
    told.push({ given: await tasks[one.task](one) });
  } catch (error) {
    told.push({ refused: error.code || String(error) });
  }
}
process.stdout.write(JSON.stringify(told));
