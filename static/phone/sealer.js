// The web worker in which filling in again and sealing are done, so that no tap ever waits for them.
import { check, seal } from "./work.js";

const works = { seal, check };

onmessage = async ({ data }) => {
  const work = async () => works[data.work](data);
  const told = await work().catch((error) => ({ failed: error.code || "failed" }));
  postMessage({ number: data.number, ...told });
};
