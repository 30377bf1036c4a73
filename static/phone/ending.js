// What stands in the page's place once a filling is sealed: that it is sent, with its code, or that it still waits.
import { base32, hex } from "./bytes.js";
import { showReceipt } from "./submission.js";
import { written } from "./when.js";

const main = document.querySelector("main");

const style = (css) => {
  if (!document.adoptedStyleSheets || style.done) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  style.done = true;
};

// Where the site shows a record's receipt again; from there a ticket is one tap away.
const proof = (id) => `/r/${base32(hex(id))}${location.search}`;

const put = (kit, html, notes) => {
  style(kit.css);
  main.innerHTML = html;
  main.querySelector("[data-notes]").outerHTML = notes.map((name) => kit.ends.notes[name]).join("");
  // With the nonce whoever comes after could try which answers give the code on the screen.
  document.querySelectorAll("#nonce").forEach((each) => each.remove());
  const again = main.querySelector("[data-again]");
  if (again) again.href = location.pathname + location.search;
  document.documentElement.classList.remove("later");
  history.replaceState(null, "");
  document.title = kit.texts.sent;
  scrollTo(0, 0);
  const head = main.querySelector("h1,h2");
  head.tabIndex = -1;
  head.focus({ preventScroll: true });
};

const end = (ends, card) => ends[card] || ends[""];

// The receipt, with the card that the form ends with.
export const showSent = (kit, { card, notes, receipt, records }) => {
  const language = document.documentElement.lang;
  const html = end(kit.ends.sent, card).replace("{code}", showReceipt(receipt)).replace("{when}", written(Date.now(), language));
  put(kit, html, notes);
  const link = main.querySelector("[data-proof]");
  if (link) link.href = proof(records[0].id);
};

// That it waits on this phone; no code, since nobody else has it yet.
export const showUnsent = (kit, { card, notes }, label) => {
  put(kit, end(kit.ends.unsent, card).replace("{label}", label), notes);
  document.title = kit.texts.unsent;
};
