// The page's side of the sealer: one worker for each page, asked by messages.
let worker;
let number = 0;
const waiting = new Map();

const stop = () => {
  for (const tell of waiting.values()) tell({ failed: "failed" });
  waiting.clear();
  if (worker) worker.terminate();
  worker = null;
};

const start = (address) => {
  worker = new Worker(address);
  worker.onmessage = ({ data }) => {
    const tell = waiting.get(data.number);
    waiting.delete(data.number);
    if (tell) tell(data);
  };
  worker.onerror = stop;
};

// Ask for `check` or `seal`; the answer has `failed` with a code when it could not be done.
export const ask = (work, kit, more) =>
  new Promise((tell) => {
    if (!worker) start(kit.sealer);
    number += 1;
    waiting.set(number, tell);
    worker.postMessage({ work, number, kit, ...more });
  });

export { stop };
