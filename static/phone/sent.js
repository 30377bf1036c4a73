// The page "Kiriman di HP ini": what waits in the outbox, what arrived, whether the office says that it has it, and the tickets that
// were opened here.
import { base32, hex } from "./bytes.js";
import { openBox } from "./outbox.js";
import { request } from "./line.js";
import { RECEIVED, REFUSED, SENDING, WAITING } from "./sending.js";
import { readAcknowledgement, readReceipt } from "./statement.js";
import { showReceipt } from "./submission.js";
import { dropTicket, tickets } from "./tickets.js";
import { written } from "./when.js";

const one = (selector, from = document) => from.querySelector(selector);
const words = JSON.parse(one("#words").textContent);
const { lang } = document.documentElement;
const sure = one("#sure");
const LOOKS = { [WAITING]: "un", [SENDING]: "un", [REFUSED]: "no", [RECEIVED]: "" };
const PATIENCE = 10000;

const say = (text) => {
  one("#say").textContent = text;
};
const named = (text, { label }) => text.replace("{label}", label);

// The office's newest receipt, as the site gives it out; it is believed only where the office's own signature is on it.
let told;
const receipt = () => {
  told = told || request("/records/kantor", { cache: "no-store" }, PATIENCE).then((answer) => (answer.status === 200 ? answer.text() : ""));
  return told.catch(() => "");
};

// Whether the office has this record: by its receipt for this site, at the place that the site's acknowledgement names.
const atOffice = async ({ root, site, sitePublic }, { ack }, line) => {
  const from = await readReceipt(line.trim(), hex(root), site);
  const { head } = await readAcknowledgement(ack, site, hex(sitePublic));
  const other = from.head.seq === head.seq && from.head.hash !== head.hash;
  return from.head.epoch === head.epoch && !other && from.kept(head.seq);
};

const keptByOffice = async (entry) => {
  const line = entry.state === RECEIVED && entry.root ? await receipt() : "";
  if (!line) return false;
  const found = await Promise.all(entry.records.map((record) => atOffice(entry, record, line).catch(() => false)));
  return found.every(Boolean);
};

const askSure = (entry, remove) => {
  one("#sure-title").textContent = named(words.sure, entry);
  one("#sure-text").textContent = entry.state === RECEIVED ? "" : words.lost;
  const close = () => (sure.close ? sure.close() : sure.removeAttribute("open"));
  one("#no").onclick = close;
  one("#yes").onclick = () => {
    close();
    remove();
  };
  sure.showModal ? sure.showModal() : sure.setAttribute("open", "");
};

const shown = (box, entry) => {
  const at = document.importNode(one("#entry").content, true).firstElementChild;
  at.className = `sent ${LOOKS[entry.state]}`;
  one("[data-name]", at).textContent = named(words.name, entry);
  one("[data-made]", at).textContent = written(Date.parse(entry.made), lang);
  one("[data-state]", at).textContent = words[entry.state];
  const reason = one("[data-reason]", at);
  reason.textContent = entry.reason;
  reason.hidden = !entry.reason;
  const code = one("[data-code]", at);
  code.hidden = entry.state !== RECEIVED;
  if (entry.state === RECEIVED) {
    one("output", at).textContent = showReceipt(entry.receipt);
    one("[data-proof]", at).href = `/r/${base32(hex(entry.records[0].id))}${location.search}`;
  }
  const send = one("[data-send]", at);
  send.hidden = entry.state !== REFUSED;
  send.setAttribute("aria-label", named(words.send, entry));
  send.onclick = () => box.send({ only: entry.id });
  const remove = one("[data-remove]", at);
  remove.setAttribute("aria-label", named(words.remove, entry));
  remove.onclick = () => askSure(entry, () => box.remove(entry.id));
  keptByOffice(entry).then((kept) => {
    if (!kept) return;
    one("[data-kept]", at).textContent = words.kept;
    one("[data-kept]", at).hidden = false;
  });
  return at;
};

const show = async (box) => {
  const entries = (await box.entries()).reverse();
  const focus = document.activeElement && document.activeElement.getAttribute("aria-label");
  one("#entries").replaceChildren ? one("#entries").replaceChildren() : (one("#entries").textContent = "");
  for (const entry of entries) one("#entries").append(shown(box, entry));
  one("#empty").hidden = entries.length > 0;
  one("#ways").hidden = !entries.some(({ state }) => state !== RECEIVED);
  const before = focus && one(`[aria-label="${CSS.escape(focus)}"]`);
  if (before) before.focus();
};

const save = async (box) => {
  const address = URL.createObjectURL(await box.file());
  const link = Object.assign(document.createElement("a"), { href: address, download: `${words.file}.peksos` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
};

const sendAll = async (box) => {
  say("");
  one("#send").disabled = true;
  await box.send({ now: true });
  one("#send").disabled = false;
  if ((await box.entries()).some(({ state }) => state !== RECEIVED)) say(words.still);
};

const showTickets = async () => {
  const found = await tickets();
  const list = one("[data-tickets]");
  list.textContent = "";
  for (const [address, { label, note }] of found) {
    const at = document.importNode(one("#ticket").content, true).firstElementChild;
    one("[data-note]", at).textContent = note;
    Object.assign(one("[data-open]", at), { textContent: label, href: address });
    const remove = one("[data-remove]", at);
    remove.setAttribute("aria-label", named(words.drop, { label }));
    remove.onclick = async () => {
      await dropTicket(address);
      await showTickets();
      say(words.dropped);
    };
    list.append(at);
  }
  one("#tickets").hidden = !found.length;
};

const run = async () => {
  const box = await openBox();
  one("#send").onclick = () => sendAll(box);
  one("#save").onclick = () => save(box);
  // One drawing at a time: changes come quickly while things are sent.
  let drawing = Promise.resolve();
  const draw = () => {
    drawing = drawing.then(() => show(box));
  };
  box.watch(draw);
  draw();
  await box.send();
};

if (window.caches) showTickets().catch(() => 0);
run().catch(() => {
  one("#empty").textContent = words.none;
});
if (navigator.serviceWorker) addEventListener("load", () => navigator.serviceWorker.register("/worker.js").catch(() => 0));
