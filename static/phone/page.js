// Sends what was typed on a form page. A form that is sealed on the phone leaves it sealed or not at all; any other goes as it
// always did, and is sealed only where the line fails. The page's own script has checked the answers before.
import { showSent, showUnsent } from "./ending.js";
import { addFirst, followed } from "./first.js";
import { request } from "./line.js";
import { guard } from "./lock.js";
import { known, meet } from "./office.js";
import { openBox } from "./outbox.js";
import { ask, stop } from "./sealing.js";
import { forget, rewind, typed } from "./typed.js";

const form = document.getElementById("form");
const sealed = "sealed" in form.dataset;
const { lang } = document.documentElement;
const PATIENCE = 10000;
const phone = window.peksosPhone;
let fetched;

const opened = (answer) => (answer.ok ? answer.json() : Promise.reject(answer));

// The kit is of this page's own version. When it could not be had it is asked for again with the next try.
const kit = () => {
  fetched = fetched || fetch(form.dataset.kit).then(opened);
  fetched.catch(() => {
    fetched = null;
  });
  return fetched;
};

const posters = () => decodeURIComponent(location.pathname).split("/")[3] || "";

// The office that answers are sealed for: the poster's, and the one that this phone has met before.
const office = async (ready, alone) => {
  const found = await ask("check", ready, { ...known(), alone });
  if (found.failed) return found;
  const words = posters();
  if (words.includes("-") && words.toLowerCase() !== found.words) return { failed: "office" };
  meet(found);
  return found;
};

// The kit to seal with, and its office. One that is older than what this phone knows was kept here: a newer one is asked for, and
// the kept one is used only where none comes, and only for keys that are not known to be given up.
const settle = async (ready) => {
  const found = await office(ready, false);
  if (found.failed !== "older") return { ready, found, alone: false };
  const newer = await request(form.dataset.kit, { cache: "reload" }, PATIENCE).then(opened).catch(() => null);
  if (!newer) return { ready, found: await office(ready, true), alone: true };
  stop(); // a kit comes with its own sealer
  fetched = Promise.resolve(newer);
  return { ready: newer, found: await office(newer, false), alone: false };
};

// One after the other: another sealer must not begin while the one before is asked.
let turn = Promise.resolve();
const settled = (ready) => {
  turn = turn.catch(() => 0).then(() => settle(ready));
  return turn;
};

const complain = (found) => {
  phone.rest();
  phone.complain(found);
};

const refuse = (ready, code) => complain([[ready.texts[code] || ready.texts.failed]]);

const problems = (found) =>
  found.map(({ field, message }) => {
    const control = document.getElementById(`f-${field}`);
    return control ? [message, `#f-${field}`] : [message];
  });

const watch = (box, ready, done, entry) =>
  box.watch(async () => {
    const now = (await box.entries()).find((one) => one.id === entry.id);
    if (!watch.over && (!now || now.state === "received")) {
      watch.over = true;
      showSent(ready, done);
    }
  });

// Into the outbox first, then onto the wire: from here on nothing is lost.
const deliver = async (ready, done, partial) => {
  const box = await openBox();
  const { kind, site, site_public: sitePublic } = ready;
  const { receipt, records } = done;
  const entry = await box.add({ kind, site, sitePublic, root: known().root, receipt, records, partial });
  await box.send({ only: entry.id });
  box.send().catch(() => 0); // what waited before may take long
  const now = (await box.entries()).find((one) => one.id === entry.id);
  const received = !now || now.state === "received";
  if (partial) return { receipt, received };
  forget(form);
  await rewind();
  stop();
  if (received) return showSent(ready, done);
  showUnsent(ready, done, entry.label);
  return watch(box, ready, done, entry);
};

const byPhone = async (partial = false) => {
  const first = await kit().catch(() => null);
  if (!first) {
    complain([[JSON.parse(document.getElementById("words").textContent).offline]]);
    return null;
  }
  const { ready, found, alone } = await settled(first);
  if (found.failed) return refuse(ready, found.failed);
  const follows = followed(ready);
  const asked = { posted: typed(form), nonce: document.getElementById("nonce").value, now: Date.now(), language: lang };
  const done = await ask("seal", ready, { ...asked, ...known(), alone, partial, follows });
  if (done.failed) return refuse(ready, done.failed);
  if (done.problems) return complain(problems(done.problems));
  return deliver(ready, done, partial).catch((error) => refuse(ready, error.code));
};

// The same bytes as the browser would send; the answer is the receipt's address, or a page that only the browser can show.
const byLine = async () => {
  const body = new URLSearchParams(new FormData(form));
  body.append("_send", "1");
  const patience = new AbortController();
  const late = setTimeout(() => patience.abort(), PATIENCE);
  const how = { method: "POST", body, headers: { Accept: "application/json" }, signal: patience.signal };
  const answer = await fetch(form.getAttribute("action"), how).catch(() => null);
  clearTimeout(late);
  if (!answer || answer.status >= 500) return byPhone();
  const told = await answer.json().catch(() => ({}));
  if (answer.ok && told.receipt) {
    forget(form);
    await rewind();
    return location.replace(told.receipt);
  }
  return HTMLFormElement.prototype.submit.call(form);
};

phone.send = () => (sealed || !navigator.onLine ? byPhone() : byLine());

// What only a sealed form has: its lock, sending before it is finished, and for whom it is sealed.
const dress = async (ready) => {
  phone.shut = guard(form, ready.texts);
  phone.first = addFirst(form, ready.texts, () => byPhone(true));
  if (phone.tapped) phone[phone.tapped]();
  const { found } = await settled(ready);
  const { sealed_for: trusted, office: strange } = ready.texts;
  const told = found.failed ? ready.texts[found.failed] || strange : trusted.replace("{words}", found.words);
  const place = document.getElementById("check").appendChild(document.createElement("p"));
  Object.assign(place, { className: "hint", textContent: told });
};

if (sealed) kit().then(dress).catch(() => 0);
if (phone.wanted) phone.send();
openBox().then((box) => box.send(), () => 0);
