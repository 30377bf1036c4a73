// Sending what waits in the outbox: POST /records, as docs/decisions/0021 says what each answer means.
import { hex } from "./bytes.js";
import { readAcknowledgement } from "./statement.js";

const PATIENCE = 15000;
const FIRST = 2000;
const LONGEST = 600000;
const STUCK = 60000; // after this an entry that was being sent when its page died is taken up again

// Whether an entry should be tried: at once when the line is back or somebody asks, else when its time has come.
export const due = (entry, now) => {
  if (entry.state === "waiting") return now || entry.due <= Date.now();
  return entry.state === "sending" && entry.due + STUCK <= Date.now();
};

const later = (tries) => Date.now() + Math.min(LONGEST, FIRST * 2 ** tries) * (0.5 + Math.random());

const post = async (bytes) => {
  const patience = new AbortController();
  const late = setTimeout(() => patience.abort(), PATIENCE);
  const lang = typeof document === "object" ? `?lang=${document.documentElement.lang}` : "";
  const how = { method: "POST", body: bytes, headers: { "Content-Type": "application/octet-stream" }, signal: patience.signal };
  try {
    const answer = await fetch(`/records${lang}`, how);
    return { status: answer.status, text: (await answer.text()).trim() };
  } finally {
    clearTimeout(late);
  }
};

const reason = (text) => {
  try {
    return JSON.parse(text).text || "";
  } catch (_) {
    return "";
  }
};

// A record is there when the site's own signature says so. Another hash under this id is that of the same answers, sealed or
// sent before: they are there too.
const sendRecord = async (entry, record) => {
  const { status, text } = await post(record.bytes);
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) return { refused: reason(text) };
  if (status !== 200) return { wait: true };
  const told = await readAcknowledgement(text, entry.site, hex(entry.sitePublic));
  return told.record === record.id ? { ack: text } : { wait: true };
};

// The entry as it is after one try; the records that arrived need not be sent again.
export const attempt = async (entry) => {
  const records = [...entry.records];
  const tried = { ...entry, records, tries: entry.tries + 1, state: "waiting", due: later(entry.tries) };
  for (const [place, record] of records.entries()) {
    if (record.ack) continue;
    const found = await sendRecord(entry, record).catch(() => ({ wait: true }));
    if (found.wait) return tried;
    if ("refused" in found) return { ...tried, state: "refused", reason: found.refused };
    records[place] = { ...record, ack: found.ack };
  }
  return { ...tried, state: "received", reason: "" };
};

// Of what arrived only its hash and the acknowledgement stay.
export const settled = (entry) =>
  entry.state === "received" ? { ...entry, records: entry.records.map(({ id, hash, ack }) => ({ id, hash, ack })) } : entry;
