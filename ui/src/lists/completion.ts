// What may follow in a search box: the names of filters, and after a colon their values.

/** The values of each filter, as a query writes them. */
export interface Vocabulary { filters: { names: [japanese: string, english: string]; values: string[] }[] }

/** A text to put in place of the part from `from` to `to` (UTF-16 units). */
export interface Offer { from: number; to: number; text: string; label: string }

/** Offers that are shown at once. */
const LIMIT = 8;

const fold = (text: string) => text.normalize("NFKC").toLowerCase();
const quoted = (value: string) => (/[\s\u3000]/.test(value) ? `"${value}"` : value);

/** What the word before the caret may become; nothing where it is no filter. */
export function offers(text: string, caret: number, vocabulary: Vocabulary, english: boolean): Offer[] {
  const from = Math.max(text.lastIndexOf(" ", caret - 1), text.lastIndexOf("　", caret - 1)) + 1;
  const word = text.slice(from, caret);
  if (word === "" || word.startsWith("\"") || word.startsWith("-")) return [];
  const colon = word.search(/[:：]/);
  if (colon < 0) {
    const typed = fold(word);
    return vocabulary.filters
      .filter(({ names }) => names.some((name) => fold(name).startsWith(typed)))
      .map(({ names }) => ({ from, to: caret, text: `${names[english ? 1 : 0]}:`, label: `${names[english ? 1 : 0]}:` }));
  }
  const name = fold(word.slice(0, colon));
  const filter = vocabulary.filters.find(({ names }) => names.some((known) => fold(known) === name));
  const typed = fold(word.slice(colon + 1).replaceAll("\"", ""));
  const begins = (value: string) => Number(fold(value).startsWith(typed));
  return (filter?.values ?? [])
    .filter((value) => fold(value).includes(typed) && fold(value) !== typed)
    .sort((a, b) => begins(b) - begins(a))
    .slice(0, LIMIT)
    .map((value) => ({ from, to: caret, text: `${word.slice(0, colon)}:${quoted(value)} `, label: value }));
}

/** Periods that a query understands, the half-years of the fiscal year that holds `now` (JST) among them. */
export function periods(now: Date): string[] {
  const [year, month] = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Tokyo", year: "numeric", month: "2-digit" }).format(now).split("-").map(Number) as [number, number];
  const fiscal = (month < 4 ? year - 1 : year) % 100;
  return ["今日", "7日", "30日", "今月", "先月", "今年", `FY${fiscal}上期`, `FY${fiscal}下期`, `FY${fiscal}`, `FY${fiscal - 1}`];
}
