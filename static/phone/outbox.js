// The outbox: sealed records that wait on this phone until the site has acknowledged them. Nothing in it can be read here, and
// nothing names a form. What a secret form sent is gone from here as soon as it arrived: a trace of a report on a shared phone
// is a danger. docs/decisions/0024-outbox-and-worker.md.
import { sha256, toHex, u32, utf8 } from "./bytes.js";
import { attempt, due, settled } from "./sending.js";

const NAME = "peksos";
const STORE = "outbox";
const CHANNEL = "peksos";
const OPAQUE = "s";
export const RECEIVED = "received";

const promised = (request) =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });

const opened = () => {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
  return promised(request);
};

const isFull = (error) => error && (error.name === "QuotaExceededError" || (error.inner && isFull(error.inner)));

const full = (error) => {
  throw Object.assign(new Error("full"), { code: isFull(error) ? "full" : "failed" });
};

class Box {
  constructor(database) {
    this.database = database;
    this.channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(CHANNEL) : null;
    this.watchers = new Set();
    if (this.channel) this.channel.onmessage = () => this.watchers.forEach((tell) => tell());
  }

  // One change; it is durable when this ends.
  async change(work) {
    const transaction = this.database.transaction(STORE, "readwrite", { durability: "strict" });
    const ended = new Promise((done, fail) => {
      transaction.oncomplete = done;
      transaction.onabort = transaction.onerror = () => fail(transaction.error);
    });
    const result = await promised(work(transaction.objectStore(STORE)));
    await ended;
    this.tell();
    return result;
  }

  tell() {
    this.watchers.forEach((tell) => tell());
    if (this.channel) this.channel.postMessage("changed");
  }

  // Call back after every change, here or in another tab; returns what stops it.
  watch(tell) {
    this.watchers.add(tell);
    return () => this.watchers.delete(tell);
  }

  entries() {
    return promised(this.database.transaction(STORE).objectStore(STORE).getAll());
  }

  get(id) {
    return promised(this.database.transaction(STORE).objectStore(STORE).get(id));
  }

  // Keep sealed records [{id, bytes}] until they are acknowledged. Throws {code: "full"} when the phone has no room.
  async add({ kind, site, sitePublic, root, receipt, records, partial }) {
    const kept = [];
    for (const { id, bytes } of records) kept.push({ id, bytes, hash: toHex(await sha256(bytes)), ack: "" });
    const label = `${1000 + (crypto.getRandomValues(new Uint16Array(1))[0] % 9000)}`;
    const made = new Date().toISOString();
    const entry = { kind, site, sitePublic, root, receipt, partial: !!partial, label, made, state: "waiting", reason: "", tries: 0, due: 0, records: kept };
    const id = await this.change((store) => store.add(entry)).catch(full);
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => 0);
    return { ...entry, id };
  }

  remove(id) {
    return this.change((store) => store.delete(id));
  }

  // Send all that is due, whatever happens to one of them; `now`: all that waits.
  async send({ now = false } = {}) {
    const work = async () => {
      for (const entry of await this.entries()) if (due(entry, now)) await this.sendOne(entry);
    };
    await (navigator.locks ? navigator.locks.request("peksos-send", work) : work());
    this.again();
  }

  async sendOne(entry) {
    await this.keep({ ...entry, state: "sending" });
    return this.keep(await attempt(entry));
  }

  // What was taken away meanwhile stays away.
  async keep(entry) {
    if (!(await this.get(entry.id))) return null;
    if (entry.state === RECEIVED && entry.kind === OPAQUE) return this.remove(entry.id);
    return this.change((store) => store.put(settled(entry)));
  }

  // While a page is open it tries again by itself.
  async again() {
    clearTimeout(this.timer);
    const waiting = (await this.entries()).filter((entry) => entry.state === "waiting").map((entry) => entry.due);
    if (waiting.length) this.timer = setTimeout(() => this.send(), Math.max(500, Math.min(...waiting) - Date.now()));
  }

  // The records that are still here, as a file that `peksos import-outbox` takes at any site (docs/decisions/0021).
  async file() {
    const pieces = [utf8("peksos-outbox/1\n")];
    for (const { records } of await this.entries()) {
      for (const { bytes } of records) if (bytes) pieces.push(u32(bytes.length), bytes);
    }
    return new Blob(pieces, { type: "application/octet-stream" });
  }
}

let box;

// The phone's one outbox. Where the browser keeps nothing, this fails.
export const openBox = () => {
  box = box || opened().then((database) => new Box(database));
  box.catch(() => {
    box = null;
  });
  return box;
};

