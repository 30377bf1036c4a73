// Asking the site what belongs to a page, and keeping exactly that: the pages of its event, the help, and the same secret forms
// for every visitor, all at one moment, so that nothing tells which of them was opened.
import { request } from "./line.js";
import { atKiosk, change, files, lostName, pages, sweep } from "./shelf.js";

const PATIENCE = 30000;

const get = async (address, how) => {
  const answer = await request(address, { priority: "low", ...how }, PATIENCE);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer;
};

const keepFile = async (address) => (await files.get(address)) || files.put(address, await get(address));

// A page and its kit as they are now; nothing when the site has changed meanwhile and they do not belong together.
const fetchPage = async ({ at, kit, files: scripts }) => {
  const page = await get(at, { cache: "no-store" });
  const text = await page.clone().text();
  if (!kit) return { page };
  const box = await get(kit, { cache: "no-store" });
  const { sealer } = await box.clone().json();
  return text.replace(/&amp;/g, "&").includes(kit) && text.includes(scripts[0]) && scripts.includes(sealer) ? { page, box } : null;
};

const about = ({ kit, files: scripts, tag, label, note, scope }, made) => ({ kit, files: scripts, tag, label, note, scope, made });

const keepPage = async (list, wanted, made) => {
  const known = list.pages[wanted.at];
  if (!known || known.tag !== wanted.tag || !(await pages.get(wanted.at))) {
    for (const script of wanted.files) await keepFile(script);
    const got = await fetchPage(wanted);
    if (!got) return;
    if (got.box) await pages.put(wanted.kit, got.box);
    await pages.put(wanted.at, got.page);
  }
  list.pages[wanted.at] = about(wanted, made);
  for (const name of wanted.also) list.also[name] = wanted.at;
};

// The site shows these no more: an event that has closed, a form that was withdrawn.
const forget = (list, told) => {
  const listed = new Set([...told.pages, ...told.later].map(({ at }) => at));
  const lang = ({ search }) => search.replace(/&dari=.*/, "");
  const asked = new URL(told.lost, location.href);
  for (const [at, page] of Object.entries(list.pages)) {
    const same = lang(new URL(at, location.href)) === lang(asked);
    if (same && told.scopes.includes(page.scope) && !listed.has(at)) delete list.pages[at];
  }
};

const keepLost = async (list, told) => {
  await pages.put(told.lost, await get(told.lost, { cache: "no-store" }));
  list.lost[lostName(told.lang, told.lost)] = told.lost;
};

// Where every byte counts only what the page at hand needs is kept, whichever page that is.
const saving = () => {
  const { saveData, effectiveType } = navigator.connection || {};
  return !!saveData || /2g/.test(effectiveType || "");
};

// Look after the page at an address and what belongs to it. What could not be fetched is left as it was, for another time.
export const learn = (address) =>
  change(async (list, note) => {
    const { pathname, searchParams } = new URL(address, location.href);
    const asked = new URLSearchParams({ at: pathname });
    if (searchParams.get("lang")) asked.set("lang", searchParams.get("lang"));
    if (atKiosk(address)) asked.set("kios", "1");
    const told = await (await get(`/offline.json?${asked}`, { cache: "no-cache" })).json();
    forget(list, told);
    await keepLost(list, told);
    for (const wanted of told.pages) {
      await keepPage(list, wanted, Date.now());
      await note();
    }
    const made = Date.now();
    if (!saving()) for (const wanted of told.later) await keepPage(list, wanted, made);
    await sweep(list);
  });
