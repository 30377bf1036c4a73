// Tickets that were opened on this phone, so that the gate sees them without a line. The site says of such a page that it may be
// kept, until when, and what to call it; no person's name is in it, no answer, no receipt code. docs/decisions/0025-tickets.md.
import { atKiosk, nameOf } from "./shelf.js";

const TICKETS = "peksos-tickets"; // static/parts/exit.js empties it
const MOST = 20; // on the phone of somebody who registers many

const told = ({ headers }) => new URLSearchParams(headers.get("X-Peksos-Kept") || "");
const lasts = (answer) => Date.parse(told(answer).get("until")) > Date.now();
const mayBeKept = (answer) => answer.ok && answer.headers.get("X-Peksos-Keep") === "ticket" && lasts(answer);

// Under which key a ticket is kept, in whatever language; null for any other page, and for a kiosk's.
export const ticketKey = (address) => {
  const { pathname, search } = address;
  return /^\/t\/./i.test(pathname) && nameOf(address) && !atKiosk(search) ? pathname.toLowerCase() : null;
};

const opened = async () => ((await caches.has(TICKETS)) ? caches.open(TICKETS) : null);

const drop = async (key) => {
  const here = await opened();
  return here && here.delete(key, { ignoreVary: true });
};

// Keep what the site said of a ticket just now: its page, or that it is gone.
export const keepTicket = async (key, answer) => {
  if (!mayBeKept(answer)) return drop(key);
  const here = await caches.open(TICKETS);
  await drop(key); // so that the one looked at last is the last
  await here.put(key, answer);
  return Promise.all((await here.keys()).slice(0, -MOST).map((old) => here.delete(old, { ignoreVary: true })));
};

// The tickets that are here: address, label and note. One whose time is over is taken away.
export const tickets = async () => {
  const here = await opened();
  const found = [];
  for (const key of here ? await here.keys() : []) {
    const answer = await here.match(key, { ignoreVary: true });
    const about = told(answer);
    if (lasts(answer)) found.push([new URL(key.url).pathname, { label: about.get("label"), note: about.get("note") }]);
    else await here.delete(key, { ignoreVary: true });
  }
  return found;
};

// A kept ticket's page, while it lasts.
export const keptTicket = async (key) => {
  const here = await opened();
  const answer = here && (await here.match(key, { ignoreVary: true }));
  return answer && lasts(answer) ? answer : null;
};
