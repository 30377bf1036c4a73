// Seals a filling: what was typed comes in, sealed records go out.
import { hex, toHex, utf8 } from "./bytes.js";
import { canonical } from "./canonical.js";
import { fill } from "./filling.js";
import { recordId, sealRecord } from "./record.js";
import { readOffice, termFor } from "./statement.js";
import { freshNonce, moments, nonce, receiptCode, submissionBytes, dayOf } from "./submission.js";

const fail = (code) => {
  throw Object.assign(new Error(code), { code });
};

// By when a key must have begun: a phone's clock may be a day behind.
const tomorrow = () => new Date(Date.now() + 864e5 + 252e5).toISOString().slice(0, 10);

// The office that the kit speaks for. One that this phone knew before must still be the same, and what it has given up since is
// not sealed to. A lower number is taken only where nothing newer can be had (`alone`): docs/decisions/0026-the-kit.md.
const officeOf = async ({ kit, root, newest = 0, revoked = [], alone }) => {
  const office = await readOffice(kit.office, root ? hex(root) : null).catch(() => fail("office"));
  if ((office.number < newest && !alone) || kit.parts.some(({ key }) => revoked.includes(key))) fail("older");
  return office;
};

const readersOf = (kit, office, part) =>
  part.readers
    .map((role) => {
      if (role !== "event") return { role, keyId: part.key, public: termFor(office, part.key, tomorrow()).public };
      return kit.event_key && { role, keyId: kit.event_key.key_id, public: hex(kit.event_key.public) };
    })
    .filter(Boolean);

const headerOf = (kit, part, id) => {
  const around = { recordId: id, site: kit.site, kind: kit.kind, form: "", digest: "", event: "", ticket: "" };
  if (kit.kind === "s") return around;
  const { form_id: form, digest } = kit.recipe;
  return { ...around, form: part ? `${form}/${part}` : form, digest, event: kit.event.code };
};

const eventData = (kit) => Object.fromEntries(kit.sealed_event.map((name) => [name, kit.event.data[name] || ""]));

const sealPart = async (asked, filled, office, part, page, times) => {
  const { kit } = asked;
  const whole = !part.name;
  const answers = filled.partAnswers(part.name);
  const own = whole ? page : freshNonce(dayOf(page.day));
  const id = await recordId(own.day, own.secret, utf8(canonical(answers)));
  const { form_id, version, digest } = kit.recipe;
  const text = submissionBytes({
    form_id,
    version,
    digest,
    nonce: own.text,
    answers,
    calculated: whole ? filled.calculated : {},
    event: kit.event.code,
    event_data: eventData(kit),
    part: part.name,
    language: asked.language,
    filled_at: whole ? times.filledAt : times.filledAtOfPart,
    level: whole ? filled.level : "",
    level_shown: whole && kit.shown,
    sample: kit.sample,
    partial: whole && asked.partial,
    follows: whole ? asked.follows : "",
  });
  const bytes = await sealRecord({ header: headerOf(kit, part.name, id), text, readers: readersOf(kit, office, part), size: kit.size });
  return { id: toHex(id), bytes, code: receiptCode(id) };
};

export const seal = async (asked) => {
  const { kit, language, posted } = asked;
  const office = await officeOf(asked);
  const page = nonce(asked.nonce) || fail("nonce");
  const times = moments(asked.now);
  const facts = { event: kit.event.data, day: times.day, now: times.now, seed: page.text, language };
  const filled = fill(kit.recipe, posted, facts);
  if (filled.held) fail("held");
  // What is sent before it is finished is not held up by anything: what is wrong stays in the page, the office sees the rest.
  if (filled.problems.length && !asked.partial) return { problems: filled.problems };
  const parts = kit.parts.filter(({ name }) => !name || Object.keys(filled.partAnswers(name)).length);
  const records = [];
  for (const part of parts) records.push(await sealPart(asked, filled, office, part, page, times));
  return { records, receipt: records[0].code, card: kit.shown ? filled.card : "", notes: filled.notes };
};

export const check = async (asked) => {
  const office = await officeOf(asked);
  for (const part of asked.kit.parts) termFor(office, part.key, tomorrow());
  const revoked = office.terms.filter((term) => term.revoked).map(({ keyId }) => keyId);
  return { words: office.words, root: toHex(office.root), newest: office.number, revoked };
};
