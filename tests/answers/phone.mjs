// Fills forms in on the phone's modules for test_phone.py: one line of JSON in, one line out.
import { createInterface } from "node:readline";
import { webcrypto } from "node:crypto";
import { canonical, Real } from "./phone/canonical.js";
import { fill } from "./phone/filling.js";
import { dayNumber, dayOf, moments, nonce, nonceFrom, partNonce, receiptCode, showReceipt, submissionBytes } from "./phone/submission.js";

globalThis.crypto ||= webcrypto;

const recipes = {};
const bytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
const hex = (data) => [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const sealed = (filled, recipe, fields) => {
  const { form_id, version, digest } = recipe;
  const part = fields.part || "";
  const results = part ? { calculated: {}, level: "" } : { calculated: filled.calculated, level: filled.level };
  return Buffer.from(submissionBytes({ form_id, version, digest, answers: filled.partAnswers(part), ...results, ...fields })).toString();
};

const tasks = {
  learn: ({ name, recipe }) => ((recipes[name] = recipe), true),
  fill: ({ name, posted, facts, submissions }) => {
    const recipe = recipes[name];
    const filled = fill(recipe, posted, { ...facts, say: (asked) => "${" + asked + "}" });
    return {
      answers: canonical(filled.answers),
      calculated: canonical(filled.calculated),
      level: filled.level,
      card: filled.card,
      notes: filled.notes,
      held: filled.held,
      problems: filled.problems,
      warnings: filled.warnings,
      relevant: filled.relevant.sort(),
      parts: Object.keys(recipe.parts).map((part) => canonical(filled.partAnswers(part))),
      submissions: submissions.map((fields) => sealed(filled, recipe, fields)),
    };
  },
  canonical: ({ value }) => canonical(value),
  reals: ({ values }) => values.map((value) => canonical(new Real(value))),
  bytes: ({ fields }) => Buffer.from(submissionBytes(fields)).toString(),
  capitals: ({ signs }) => [...signs].map((sign) => [sign.toUpperCase(), sign.normalize("NFC")]),
  nonce: ({ text }) => {
    const found = nonce(text);
    return found && { day: found.day, secret: hex(found.secret), text: found.text };
  },
  part: async ({ text, part, pepper }) => (await partNonce(nonce(text), part, bytes(pepper))).text,
  from: ({ day, secret }) => nonceFrom(day, bytes(secret)).text,
  receipt: ({ id }) => [receiptCode(bytes(id)), showReceipt(receiptCode(bytes(id)))],
  days: ({ days }) => days.map((day) => [dayNumber(day), dayOf(dayNumber(day))]),
  moments: ({ time }) => moments(time),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { task, ...asked } = JSON.parse(line);
  let found;
  try {
    found = await tasks[task](asked);
  } catch (error) {
    found = { failed: String(error.stack) };
  }
  console.log(JSON.stringify(found === undefined ? null : found));
}
