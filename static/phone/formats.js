// Formats of Indonesia: the twin of forms_app/specs/formats.py. Each returns the answer as it is kept, or null.

const TABLE = [
  "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
  "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
];

const bare = (text) => text.replace(/[ .\-()\u00a0]/g, "");

export const checkDigit = (digits) => [...digits].reduce((interim, digit) => TABLE[interim][digit], "0");

export const isDay = (year, month, day) => {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
};

const phone = (text) => {
  const digits = bare(text);
  const prefix = ["+62", "62", "0"].find((one) => digits.startsWith(one));
  if (prefix === undefined) return null;
  const national = digits.slice(prefix.length);
  return /^(?:8[1-35-9][0-9]{7,10}|725[0-9]{5,8})$/.test(national) ? `+62${national}` : null;
};

const receipt = (text) => {
  const digits = bare(text);
  return /^[0-9]{10}$/.test(digits) && checkDigit(digits.slice(0, -1)) === digits[9] ? digits : null;
};

const npsn = (text) => {
  const number = bare(text).toUpperCase();
  return /^(?:[0-9]{8}|[PK][0-9]{7})$/.test(number) ? number : null;
};

const nisn = (text) => {
  const number = bare(text);
  return /^[0-9]{10}$/.test(number) ? number : null;
};

const nik = (text) => {
  const number = bare(text);
  if (!/^[0-9]{16}$/.test(number) || number.endsWith("0000")) return null;
  const [day, month, year] = [6, 8, 10].map((place) => +number.slice(place, place + 2));
  const born = day > 40 ? day - 40 : day;
  return [1900, 2000].some((century) => isDay(century + year, month, born)) ? number : null;
};

export const FORMATS = { phone, receipt, npsn, nisn, nik };
