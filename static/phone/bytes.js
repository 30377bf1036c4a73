// Bytes: written as text and back, put together, and packed as forms_app/sealing/fields.py packs them.
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text) => encoder.encode(text);
export const fromUtf8 = (bytes) => decoder.decode(bytes);

export const hex = (text) => {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error("no hexadecimal digits");
  return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
};

export const toHex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export const base64 = (bytes) => {
  let signs = "";
  for (const byte of bytes) signs += String.fromCharCode(byte);
  return btoa(signs);
};

// Only the one spelling that base64() gives.
export const unbase64 = (text) => {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  if (base64(bytes) !== text) throw new Error("no base64");
  return bytes;
};

// As addresses carry a record's id: RFC 4648, small letters, no padding.
export const base32 = (bytes) => {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits.match(/.{1,5}/g).map((five) => "abcdefghijklmnopqrstuvwxyz234567"[parseInt(five.padEnd(5, "0"), 2)]).join("");
};

export const concat = (...arrays) => {
  const all = new Uint8Array(arrays.reduce((length, one) => length + one.length, 0));
  let at = 0;
  for (const one of arrays) {
    all.set(one, at);
    at += one.length;
  }
  return all;
};

export const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

export const sha256 = async (...arrays) => new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...arrays)));

export const u32 = (number) => Uint8Array.of(number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255);

export const pack = (...fields) => concat(...fields.flatMap((field) => [u32(field.length), field]));

export const unpack = (data, count) => {
  const fields = [];
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at < data.length; ) {
    if (at + 4 > data.length) throw new Error("cut short");
    const end = at + 4 + view.getUint32(at);
    if (end > data.length) throw new Error("cut short");
    fields.push(data.subarray(at + 4, end));
    at = end;
  }
  if (count !== undefined && fields.length !== count) throw new Error("another number of fields");
  return fields;
};
