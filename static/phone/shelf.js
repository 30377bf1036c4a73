// What the phone keeps of the site so that it opens without a line: pages, their kits and scripts, and a list of them. Only what
// the site names in /offline.json is ever kept. A kept page keeps its own kit and scripts until the page itself is replaced.
import { alone } from "./line.js";

const PAGES = "peksos-pages";
const FILES = "peksos-files";
const LIST = "peksos-list";
const PLACE = "/peksos-list";
const HOUR = 36e5;
const GRACE = 24 * HOUR; // a page that is open may still ask for a script that no kept page names
const EMPTY = { pages: {}, also: {}, lost: {}, idle: {} };

// How a page is named: an address as people type it, the language it was asked for in, and whether at a kiosk; null for any other
// question.
const QUESTION = /^(\?lang=[a-z]{2})?([?&]kios=1(&dari=[a-z0-9]+)?)?$/;
export const nameOf = ({ pathname, search }) => (QUESTION.test(search) ? pathname.toLowerCase() + search : null);

// Whether an address is a kiosk's: its pages forget each person, so no other page may take their place, nor they another's.
export const atKiosk = (address) => /[?&]kios=1/.test(address);
export const lostName = (lang, address) => (atKiosk(address) ? `${lang}-kios` : lang);
export const likewise = (address) => (other) => atKiosk(other) === atKiosk(address.search);

const cache = async (name, work) => work(await caches.open(name));
const found = (name, key) => cache(name, (here) => here.match(key, { ignoreVary: true }));
export const put = (name, key, answer) => cache(name, (here) => here.put(key, answer));

export const pages = { get: (key) => found(PAGES, key), put: (key, answer) => put(PAGES, key, answer) };
export const files = { get: (key) => found(FILES, key), put: (key, answer) => put(FILES, key, answer) };

export const read = async () => {
  const kept = await found(LIST, PLACE);
  return kept ? kept.json() : JSON.parse(JSON.stringify(EMPTY));
};

const write = (list) => put(LIST, PLACE, new Response(JSON.stringify(list)));

// One change of the list at a time, also while an older worker still runs.
export const change = (work) =>
  alone(LIST, async () => {
    const list = await read();
    await work(list, () => write(list));
    await write(list);
  });

export const fresh = (made) => Math.abs(Date.now() - made) < HOUR;

// A kept page by its address, and whether it should be looked after; null where it is not kept, or was taken away.
export const keptPage = async (address) => {
  const list = await read();
  const name = nameOf(address);
  const key = name && (list.pages[name] ? name : list.also[name]);
  const answer = key && list.pages[key] && (await pages.get(key));
  return answer ? { answer, fresh: fresh(list.pages[key].made) } : null;
};

// The same page in whatever language it is kept.
export const nearly = async (address) => {
  const list = await read();
  const known = [...Object.keys(list.also), ...Object.keys(list.pages)].filter(likewise(address));
  const name = known.find((one) => one.split("?")[0] === address.pathname.toLowerCase());
  return name ? pages.get(list.also[name] || name) : undefined;
};

const named = async (list) => {
  const kits = Object.values(list.pages).map(({ kit }) => kit).filter(Boolean);
  const scripts = Object.values(list.pages).flatMap((page) => page.files);
  return { pages: new Set([...Object.keys(list.pages), ...Object.values(list.lost), ...kits]), files: new Set(scripts) };
};

const each = (name, work) => cache(name, async (here) => {
  for (const { url } of await here.keys()) {
    const { pathname, search } = new URL(url);
    await work(pathname + search, here);
  }
});

// Take away what no kept page names.
export const sweep = async (list) => {
  const used = await named(list);
  await each(PAGES, (key, here) => used.pages.has(key) || here.delete(key));
  const idle = {};
  await each(FILES, (key, here) => {
    if (used.files.has(key)) return 0;
    idle[key] = list.idle[key] || Date.now();
    return idle[key] + GRACE < Date.now() && here.delete(key);
  });
  list.idle = idle;
  for (const [name, key] of Object.entries(list.also)) if (!list.pages[key]) delete list.also[name];
};
