// A moment as Indonesia writes it: 22 November 2026, 08.30 WIB.
const ZONE = "Asia/Jakarta";
const AHEAD = 7 * 36e5;

export const written = (time, language) => {
  const day = new Date(time).toLocaleDateString(language, { day: "numeric", month: "long", year: "numeric", timeZone: ZONE });
  const clock = new Date(time + AHEAD).toISOString().slice(11, 16);
  return `${day}, ${language === "id" ? clock.replace(":", ".") : clock} WIB`;
};
