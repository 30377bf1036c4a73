// What this phone knows of the office that it has met here: the root that signs for it, the highest number among the statements
// read, and every key that one of them gave up. An old statement is genuine for ever, but it does not know what came after it.
const ROOT = "peksos-office";
const NEWEST = "peksos-office-newest"; // the number, a space, the ids of the keys with commas

const read = (name) => {
  try {
    return localStorage.getItem(name);
  } catch (_) {
    return null;
  }
};

const keep = (name, text) => {
  try {
    localStorage.setItem(name, text);
  } catch (_) {
    // Without storage every page is the first one.
  }
};

export const known = () => {
  const [newest, keys] = (read(NEWEST) || "0").split(" ");
  return { root: read(ROOT), newest: Number(newest) || 0, revoked: keys ? keys.split(",") : [] };
};

// What was known is never taken back: neither the number, nor that a key was given up.
export const meet = ({ root, newest, revoked }) => {
  const before = known();
  keep(ROOT, root);
  keep(NEWEST, `${Math.max(newest, before.newest)} ${[...new Set([...before.revoked, ...revoked])]}`);
};
