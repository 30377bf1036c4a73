// The service worker: pages that the site names for this phone open without a line, and what waits in the outbox is sent when the
// browser finds one. It keeps tickets that were opened here, and never an answer, a receipt or anything of the desk.
// docs/decisions/0024-outbox-and-worker.md.
import { learn } from "./learning.js";
import { request } from "./line.js";
import { openBox, SYNC } from "./outbox.js";
import { atKiosk, files, fresh, keptPage, likewise, lostName, nearly, pages, read } from "./shelf.js";
import { keepTicket, keptTicket, ticketKey, tickets } from "./tickets.js";

const OURS = /^\/((e|f)\/|bantuan$|kiriman$|$)/i; // pages that others may belong to
const FORMS = /^\/[eft]\//i;
const PATIENCE = 4000; // for a newer kit, or a ticket, while somebody waits
const PAUSE = 2000; // what is kept for later comes after what is looked at now

const windows = () => self.clients.matchAll({ type: "window", includeUncontrolled: true });
const rest = (time) => new Promise((done) => setTimeout(done, time));
const quietly = (promise) => promise.catch(() => 0);

const lookAfter = (event, { href }) => event.waitUntil(rest(PAUSE).then(() => quietly(learn(href))).then(() => quietly(tickets())));

const learnOpen = async () => {
  for (const { url } of await windows()) if (OURS.test(new URL(url).pathname)) await quietly(learn(url));
};

// A newer worker steps in at once only where nobody is filling in a form.
const step = async () => {
  const open = await windows();
  if (!open.some(({ url }) => FORMS.test(new URL(url).pathname))) await self.skipWaiting();
};

const sendWaiting = async (how) => {
  const box = await openBox();
  await box.send(how);
  return (await box.entries()).some(({ state }) => state === "waiting");
};

const plain = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

// Without a line: the page in another language, or one that says so and lists what can be opened.
const lost = async (address) => {
  const near = await nearly(address);
  if (near) return near;
  const list = await read();
  const same = likewise(address);
  const named = lostName(address.searchParams.get("lang"), address.search);
  const all = Object.values(list.lost);
  const page = await pages.get(list.lost[named] || all.filter(same).pop() || all.pop() || "/");
  if (!page) return Response.error();
  const listed = [...(atKiosk(address.search) ? [] : await tickets()), ...Object.entries(list.pages)];
  const known = listed.filter(([at, { label }]) => label && same(at));
  const rows = known.map(([at, { label, note }]) => `<li><a href="${plain(at)}"><span>${plain(label)}<br><small>${plain(note)}</small></span></a></li>`);
  const html = (await page.text()).replace(/(<ul[^>]*data-pages[^>]*>)/, (tag) => tag + rows.join(""));
  return new Response(html, { status: 503, headers: page.headers });
};

const shown = async (event, address) => {
  const kept = await keptPage(address);
  const ours = OURS.test(address.pathname);
  if (kept) {
    if (!kept.fresh) lookAfter(event, address);
    return kept.answer;
  }
  const answer = await fetch(event.request).catch(() => null);
  if (!answer) return lost(address);
  if (answer.ok && ours) lookAfter(event, address);
  return answer;
};

// A ticket is what the site says it is now; where nothing comes, what it said before. 404 and 410 take it from the phone.
const ticket = async (event, address, key) => {
  const kept = await keptTicket(key).catch(() => null);
  const asked = kept ? request(event.request, { cache: "no-cache" }, PATIENCE) : fetch(event.request);
  const answer = await asked.catch(() => null);
  const sure = answer && (answer.ok || answer.status === 404 || answer.status === 410);
  if (sure) event.waitUntil(quietly(keepTicket(key, answer.clone())));
  return kept && !sure ? kept : answer || lost(address);
};

// A kit names the office's key of the day: an old one is used only where no newer one comes, and one comes with its script. A page
// that knows a newer statement than the kept kit's asks for another one than that ("reload").
const newerKit = async (address) => {
  const answer = await request(address, { cache: "no-store" }, PATIENCE);
  if (!answer.ok) return null;
  const { sealer } = await answer.clone().json();
  if (!(await files.get(sealer))) await files.put(sealer, await request(sealer, {}, PATIENCE));
  return answer;
};

const kit = async (event, address) => {
  const name = address.pathname + address.search;
  const kept = await pages.get(name);
  if (!kept) return fetch(event.request);
  if (event.request.cache === "reload") return (await newerKit(name).catch(() => null)) || Response.error();
  const of = Object.values((await read()).pages).find((page) => page.kit === name);
  if (of && fresh(of.made)) return kept;
  return (await newerKit(name).catch(() => null)) || kept;
};

const script = async (event, { pathname }) => (await files.get(pathname)) || fetch(event.request);

const answerOf = (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin || /^\/desk(\/|$)/.test(address.pathname)) return null;
  if (event.request.mode === "navigate") {
    const key = ticketKey(address);
    return key ? ticket(event, address, key) : shown(event, address);
  }
  if (address.pathname.startsWith("/kit/")) return kit(event, address);
  return address.pathname.startsWith("/static/vendor/") ? script(event, address) : null;
};

addEventListener("install", (event) => event.waitUntil(quietly(learnOpen()).then(step)));
addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
addEventListener("fetch", (event) => {
  const answer = answerOf(event);
  if (!answer) return;
  event.respondWith(answer);
  if (event.request.mode === "navigate") event.waitUntil(rest(PAUSE).then(() => quietly(sendWaiting())));
});
addEventListener("sync", (event) => {
  const work = async () => {
    if (await sendWaiting({ now: true })) throw new Error("some wait still");
  };
  if (event.tag === SYNC) event.waitUntil(work());
});
