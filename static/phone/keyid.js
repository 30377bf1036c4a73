// How a public key is named, by readers and in headers: the suite is part of its name.
import { pack, sha256, toHex, utf8 } from "./bytes.js";

export const SUITE = "MLKEM768_X25519,HKDF-SHA256,AES-256-GCM";

export const keyIdOf = async (key) => toHex((await sha256(pack(utf8(SUITE), key))).subarray(0, 8));
