// Times as a person in Japan reads and writes them. Kept as RFC 3339; shown and read in JST.

const JST = 9 * 60 * 60 * 1000;

interface Parts { year: number; month: number; day: number; hour: number; minute: number; weekday: number }

function partsOf(at: string | number): Parts | null {
  const time = typeof at === "number" ? at : Date.parse(at);
  if (Number.isNaN(time)) return null;
  const shifted = new Date(time + JST);
  return {
    year: shifted.getUTCFullYear(), month: shifted.getUTCMonth() + 1, day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(), minute: shifted.getUTCMinutes(), weekday: shifted.getUTCDay(),
  };
}

const two = (number: number) => String(number).padStart(2, "0");
const weekdays = { ja: ["日", "月", "火", "水", "木", "金", "土"], en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] };
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export type Language = "ja" | "en";

/** `2025年11月14日（金）03:12` or `Fri 14 Nov 2025 03:12`. */
export function longTime(at: string, language: Language): string {
  const parts = partsOf(at);
  return parts ? `${longDate(at, language)}${language === "ja" ? "" : " "}${two(parts.hour)}:${two(parts.minute)}` : at;
}

export function longDate(at: string | number, language: Language): string {
  const parts = partsOf(at);
  if (!parts) return String(at);
  const weekday = weekdays[language][parts.weekday];
  return language === "ja"
    ? `${parts.year}年${parts.month}月${parts.day}日（${weekday}）`
    : `${weekday} ${parts.day} ${months[parts.month - 1]} ${parts.year}`;
}

/** `11月18日（火）` or `Tue 18 Nov`. */
export function dayAndWeekday(at: string | number, language: Language): string {
  const parts = partsOf(at);
  if (!parts) return String(at);
  const weekday = weekdays[language][parts.weekday];
  return language === "ja" ? `${parts.month}月${parts.day}日（${weekday}）` : `${weekday} ${parts.day} ${months[parts.month - 1]}`;
}

/** `2025年5月` or `May 2025`. */
export function monthOf(at: string, language: Language): string {
  const parts = partsOf(at);
  if (!parts) return at;
  return language === "ja" ? `${parts.year}年${parts.month}月` : `${months[parts.month - 1]} ${parts.year}`;
}

/** The shortest that is not ambiguous: `14:32` today, `11月13日` this year, else `2024/11/13`. */
export function shortTime(at: string, language: Language, now: number): string {
  const [parts, today] = [partsOf(at), partsOf(now)];
  if (!parts || !today) return at;
  if (parts.year !== today.year) return `${parts.year}/${two(parts.month)}/${two(parts.day)}`;
  if (parts.month === today.month && parts.day === today.day) return clock(at);
  return language === "ja" ? `${parts.month}月${parts.day}日` : `${parts.day} ${months[parts.month - 1]}`;
}

/** `03:12` */
export function clock(at: string | number): string {
  const parts = partsOf(at);
  return parts ? `${two(parts.hour)}:${two(parts.minute)}` : String(at);
}

/** `2025-11-14 03:12`, the form that {@link readMoment} reads back. */
export function plainTime(at: string | null): string {
  const parts = at === null ? null : partsOf(at);
  return parts ? `${parts.year}-${two(parts.month)}-${two(parts.day)} ${two(parts.hour)}:${two(parts.minute)}` : (at ?? "");
}

const halfWidth = (text: string) => text.replace(/[０-９：／．－]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));

/**
 * A moment as people type it, in JST: `2025-11-14 03:12`, `11/14 3:12`, `11月14日 3時12分`, `3:12`, full-width digits too.
 * What is left out is taken from `near` (RFC 3339, or milliseconds). Answers RFC 3339 with +09:00, or null.
 */
export function readMoment(text: string, near: string | number): string | null {
  const around = partsOf(near);
  const plain = halfWidth(text).trim().replace(/[年月]/g, "/").replace(/日/g, " ").replace(/時/g, ":").replace(/分/g, "").replace(/（.）|\(.*?\)/g, " ");
  const found = /^(?:(?:(\d{4})[-/.])?(\d{1,2})[-/.](\d{1,2}))?(?:\s*T?\s*(\d{1,2}):(\d{1,2})(?::\d{1,2})?:?)?(?:\s*(?:JST|\+09:?00))?$/.exec(plain.trim());
  if (!found || !around || (found[2] === undefined && found[4] === undefined)) return null;
  const number = (index: number, otherwise: number) => (found[index] === undefined ? otherwise : Number(found[index]));
  const [year, month, day] = [number(1, around.year), number(2, around.month), number(3, around.day)];
  const [hour, minute] = [number(4, 0), number(5, 0)];
  if (!isDay(year, month, day) || hour > 23 || minute > 59) return null;
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:00+09:00`;
}

/** A day as people type it: `2026-01-31`, `1/31`, `1月31日`. Without a year it is the next such day from `from` on. */
export function readDay(text: string, from: number): string | null {
  const today = partsOf(from)!;
  const plain = halfWidth(text).trim().replace(/[年月]/g, "/").replace(/日/g, "");
  const found = /^(?:(\d{4})[-/.])?(\d{1,2})[-/.](\d{1,2})$/.exec(plain);
  if (!found) return null;
  const [month, day] = [Number(found[2]), Number(found[3])];
  const past = month < today.month || (month === today.month && day < today.day);
  const year = found[1] === undefined ? today.year + (past ? 1 : 0) : Number(found[1]);
  return isDay(year, month, day) ? `${year}-${two(month)}-${two(day)}` : null;
}

/** `11/21` in this year, else `2026/01/31`. */
export function shortDay(day: string, now: number): string {
  const [year, month, date] = day.split("-");
  return Number(year) === partsOf(now)!.year ? `${month}/${date}` : `${year}/${month}/${date}`;
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year > 1970 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** `2026-01-31`, or nothing. */
export const plainDay = (day: string | null) => day ?? "";
