// Texts compared by their ends: the one stretch that differs.

/** `removed` UTF-16 units at `at` gave way to `inserted`. */
export interface Splice { at: number; removed: number; inserted: string }

/** The shortest single stretch whose replacement turns `before` into `after`. Never cuts a surrogate pair. */
export function splice(before: string, after: string): Splice {
  const shortest = Math.min(before.length, after.length);
  let at = 0;
  while (at < shortest && before[at] === after[at]) at++;
  if (at > 0 && isHigh(before.charCodeAt(at - 1))) at--;
  let tail = 0;
  while (tail < shortest - at && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  if (tail > 0 && isLow(before.charCodeAt(before.length - tail))) tail--;
  return { at, removed: before.length - at - tail, inserted: after.slice(at, after.length - tail) };
}

/** Where a caret stands after the splice. One inside the replaced stretch goes to the end of what replaced it. */
export function mapCaret(caret: number, { at, removed, inserted }: Splice): number {
  if (caret <= at) return caret;
  if (caret >= at + removed) return caret - removed + inserted.length;
  return at + inserted.length;
}

const isHigh = (unit: number) => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number) => unit >= 0xdc00 && unit < 0xe000;
