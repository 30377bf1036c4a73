// The outbox: sealed records that wait on this phone until the site has acknowledged them. Nothing in it can be read here, and
// nothing names a form. What a secret form sent is gone from here as soon as it arrived: a trace of a report on a shared phone
// is a danger. docs/decisions/0024-outbox-and-worker.md.
import { sha256, toHex, u32, utf8 } from "./bytes.js";
import { alone } from "./line.js";
import { attempt, due, RECEIVED, SENDING, WAITING } from "./sending.js";

const NAME = "peksos";
const STORE = "outbox";
const CHANNEL = "peksos";
const OPAQUE = "s";
const LANES = 3; // entries on their way at once
const REMEMBERED = 90 * 864e5; // how long a phone remembers what it sent
export const SYNC = "peksos-send";

const promised = (asked) =>
  new Promise((done, fail) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });

const opened = () => {
  const asked = indexedDB.open(NAME, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
  return promised(asked);
};

const isFull = (error) => !!error && (error.name === "QuotaExceededError" || isFull(error.inner));

const unkept = (error) => {
  throw Object.assign(new Error("unkept"), { code: isFull(error) ? "full" : "failed" });
};

// The browser may keep it through a lack of room, and may send it when no page is open.
const protect = async () => {
  const { storage, serviceWorker } = navigator;
  if (storage && storage.persist) await storage.persist().catch(() => false);
  const worker = serviceWorker && (await serviceWorker.getRegistration());
  if (worker && worker.sync) await worker.sync.register(SYNC);
};

class Box {
  constructor(database) {
    this.database = database;
    this.watchers = new Set();
    this.channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(CHANNEL) : null;
    if (this.channel) this.channel.onmessage = () => this.watchers.forEach((tell) => tell());
    addEventListener("online", () => this.send({ now: true }).catch(() => 0));
  }

  // One change; it is durable when this ends, or nothing has changed and this fails.
  async change(work) {
    const transaction = this.database.transaction(STORE, "readwrite", { durability: "strict" });
    const asked = work(transaction.objectStore(STORE));
    await new Promise((done, fail) => {
      transaction.oncomplete = done;
      transaction.onabort = () => fail(transaction.error || asked.error);
    });
    this.watchers.forEach((tell) => tell());
    if (this.channel) this.channel.postMessage("changed");
    return asked.result;
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
    const lang = typeof document === "object" ? document.documentElement.lang : "";
    const about = { kind, site, sitePublic, root, receipt, partial: !!partial, label, lang, made: new Date().toISOString() };
    const entry = { ...about, state: WAITING, reason: "", tries: 0, due: 0, records: kept };
    const id = await this.change((store) => store.add(entry)).catch(unkept);
    protect().catch(() => 0);
    return { ...entry, id };
  }

  remove(id) {
    return this.change((store) => store.delete(id));
  }

  // Send all that is due, whatever happens to one of them. `now`: all that waits; `only`: this entry, also a refused one.
  async send({ now = false, only = null } = {}) {
    const wanted = (entry) => (only === null ? due(entry, now) : entry.id === only && entry.state !== RECEIVED);
    const queue = (await this.entries()).filter(wanted).sort((one, other) => one.tries - other.tries);
    const lane = async () => {
      while (queue.length) await this.sendOne(queue.shift()).catch(() => 0);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    this.again();
  }

  // Another tab may have tried it while this one waited for its turn.
  sendOne({ id, tries }) {
    return alone(`${SYNC}-${id}`, async () => {
      const entry = await this.get(id);
      if (!entry || entry.tries !== tries || entry.state === RECEIVED) return;
      await this.keep({ ...entry, state: SENDING, since: Date.now() }).catch(() => 0);
      await this.keep(await attempt(entry));
    });
  }

  // What was taken away meanwhile stays away.
  keep(entry) {
    return this.change((store) => {
      const there = store.get(entry.id);
      there.onsuccess = () => {
        if (!there.result) return;
        if (entry.state === RECEIVED && entry.kind === OPAQUE) store.delete(entry.id);
        else store.put(entry);
      };
      return there;
    });
  }

  // While a page is open it tries again by itself.
  async again() {
    clearTimeout(this.timer);
    if (typeof document !== "object") return;
    const waiting = (await this.entries()).filter(({ state }) => state === WAITING).map((entry) => entry.due);
    const wait = Math.max(500, Math.min(...waiting) - Date.now());
    if (waiting.length) this.timer = setTimeout(() => this.send().catch(() => 0), wait);
  }

  // Forget what arrived long ago.
  async tidy() {
    const old = new Date(Date.now() - REMEMBERED).toISOString();
    for (const { id, state, made } of await this.entries()) if (state === RECEIVED && made < old) await this.remove(id);
  }

  // The records that are still here, all or of these entries, as a file that `peksos import-outbox` takes at any site
  // (docs/decisions/0021).
  async file(ids = null) {
    const pieces = [utf8("peksos-outbox/1\n")];
    for (const { id, records } of await this.entries()) {
      if (ids && !ids.includes(id)) continue;
      for (const { bytes } of records) if (bytes) pieces.push(u32(bytes.length), bytes);
    }
    return new Blob(pieces, { type: "application/octet-stream" });
  }
}

let box;

// The phone's one outbox. Where the browser keeps nothing, this fails.
export const openBox = () => {
  box = box || opened().then((database) => new Box(database));
  box.then(
    (one) => one.tidy().catch(() => 0),
    () => {
      box = null;
    },
  );
  return box;
};
