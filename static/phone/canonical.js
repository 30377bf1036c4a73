// Canonical JSON, byte for byte as canonical() in forms_app/answers/submission.py writes it: the record's id hangs on it.

// A number that keeps its point although it is whole: the answer to a decimal question is 2.0, that to an integer 2.
// It loses its class when it is cloned to another thread: what was filled in is written where it was worked out.
export class Real {
  constructor(value) {
    this.value = value;
  }
}

export const plain = (answer) => (answer instanceof Real ? answer.value : answer);

const EXACT = 2 ** 53;

// Python's repr() of a float.
export const real = (value) => {
  if (!Number.isFinite(value)) throw new Error("canonical: not a finite number");
  const [mantissa, power] = value.toExponential().split("e");
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  const exponent = +power;
  if (exponent < -4 || exponent >= 16) {
    const point = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
    return `${sign}${point}e${exponent < 0 ? "-" : "+"}${`${Math.abs(exponent)}`.padStart(2, "0")}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.padEnd(exponent + 1, "0");
  return `${sign}${whole.slice(0, exponent + 1)}.${whole.slice(exponent + 1) || "0"}`;
};

const number = (value) => (Number.isInteger(value) && Math.abs(value) < EXACT ? `${value}` : real(value));

const text = (value) => {
  if (/[\ud800-\udfff]/u.test(value)) throw new Error("canonical: half of a character");
  return JSON.stringify(value);
};

// Code points, as Python sorts: the halves of a character would stand before U+E000.
const before = (one, other) => {
  const [left, right] = [[...one], [...other]];
  for (let place = 0; place < Math.min(left.length, right.length); place += 1) {
    const apart = left[place].codePointAt(0) - right[place].codePointAt(0);
    if (apart) return apart;
  }
  return left.length - right.length;
};

const members = (value) =>
  Object.keys(value)
    .sort(before)
    .map((name) => `${text(name)}:${canonical(value[name])}`)
    .join(",");

export const canonical = (value) => {
  if (value === null || typeof value === "boolean") return `${value}`;
  if (value instanceof Real) return real(value.value);
  if (typeof value === "number") return number(value);
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object") return `{${members(value)}}`;
  throw new Error("canonical: not JSON");
};
