// Runs the bundled sealer for tests/phone.py as a browser's worker would: one line of JSON in, one line out.
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";
import { runInThisContext } from "node:vm";

globalThis.crypto ||= webcrypto;
globalThis.onmessage = null;
globalThis.postMessage = (told) => {
  const bytes = (_key, value) => (value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value);
  console.log(JSON.stringify(told, bytes));
};
runInThisContext(readFileSync(process.argv[2], "utf8"));

for await (const line of createInterface({ input: process.stdin })) await globalThis.onmessage({ data: JSON.parse(line) });
