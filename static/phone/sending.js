// Sending what waits in the outbox: POST /records, as docs/decisions/0021 says what each answer means.
import { fromUtf8, hex } from "./bytes.js";
import { request } from "./line.js";
import { readAcknowledgement } from "./statement.js";

export const WAITING = "waiting";
export const SENDING = "sending";
export const RECEIVED = "received";
export const REFUSED = "refused";

const PATIENCE = 15000;
const FIRST = 2000;
const LONGEST = 600000;
const STUCK = 60000; // after this an entry that was being sent when its page died is taken up again

// Whether an entry should be tried: `now` at once, since the line is back or somebody asks, else when its time has come.
export const due = (entry, now) => {
  if (entry.state === WAITING) return now || entry.due <= Date.now();
  return entry.state === SENDING && (!!navigator.locks || entry.since + STUCK <= Date.now());
};

const later = (tries) => Date.now() + Math.min(LONGEST, FIRST * 2 ** tries) * (0.75 + Math.random() / 4);

const post = async (bytes, lang) => {
  const how = { method: "POST", body: bytes, headers: { "Content-Type": "application/octet-stream" }, cache: "no-store" };
  const answer = await request(lang ? `/records?lang=${lang}` : "/records", how, PATIENCE);
  return { status: answer.status, text: fromUtf8(new Uint8Array(await answer.arrayBuffer())).trim() };
};

// What our site says against a record. A captive portal or a proxy that answers in its place says it otherwise.
const refusal = ({ status, text }) => {
  if (status < 400 || status > 499 || status === 408 || status === 429) return null;
  try {
    const told = JSON.parse(text);
    return typeof told.code === "string" && typeof told.text === "string" ? told : null;
  } catch (_) {
    return null;
  }
};

// A record is there when the site's own signature says so. Another hash under this id is that of the same answers, sealed or
// sent before: they are there too, and with a main record so are its parts, since the site keeps them together.
const judge = async (entry, record, answer) => {
  const against = refusal(answer);
  if (against) return { refused: against.text };
  if (answer.status !== 200) return {};
  const told = await readAcknowledgement(answer.text, entry.site, hex(entry.sitePublic)).catch(() => ({}));
  return told.record === record.id ? { ack: answer.text, before: told.hash !== record.hash } : {};
};

const outcome = (entry, found) => {
  const refused = found.find((one) => "refused" in one);
  if (refused) return { ...entry, state: REFUSED, reason: refused.refused };
  return entry.records.every(({ ack }) => ack) ? { ...entry, state: RECEIVED, reason: "" } : entry;
};

// The entry as it is after one try. Of what arrived only hash and acknowledgement stay; the next record is sent whatever was
// said to the one before, unless the line is gone.
export const attempt = async (entry) => {
  const records = [...entry.records];
  const tried = { ...entry, records, tries: entry.tries + 1, state: WAITING, reason: "", due: later(entry.tries) };
  const found = [];
  for (const [place, record] of records.entries()) {
    if (record.ack) continue;
    const answer = await post(record.bytes, entry.lang).catch(() => null);
    if (!answer) break;
    const told = await judge(entry, record, answer);
    found.push(told);
    if (told.ack) records[place] = { id: record.id, hash: record.hash, ack: told.ack };
    if (told.before && place === 0) return { ...tried, records: records.slice(0, 1), state: RECEIVED };
  }
  return outcome(tried, found);
};
