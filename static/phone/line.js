// The line to the site: a request that is given up when nothing comes, so that a half-open connection holds up nobody.

export const request = async (address, how, patience) => {
  const end = new AbortController();
  const late = setTimeout(() => end.abort(), patience);
  try {
    const answer = await fetch(address, { credentials: "omit", redirect: "error", ...how, signal: end.signal });
    const body = await answer.arrayBuffer(); // the end of it may be what never comes
    const { status } = answer;
    const headers = new Headers(answer.headers);
    for (const name of ["content-encoding", "content-length"]) headers.delete(name); // of the bytes on the wire
    return new Response(status === 204 || status === 304 ? null : body, { status, headers });
  } finally {
    clearTimeout(late);
  }
};

// Work that only one tab or worker does at a time; where the browser cannot tell, everything bears being done twice.
export const alone = (name, work) => (navigator.locks ? navigator.locks.request(name, work) : work());
