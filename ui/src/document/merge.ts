// Two people's changes to one value, joined.
import { mapCaret, splice } from "../parts/splice";
import { equal } from "./address";

/**
 * What `theirs` becomes when the step from `base` to `mine` is done on top of it. Texts keep both changes, lists of items
 * with an id are joined item by item, and where both changed one plain value, mine stands.
 */
export function merge(base: unknown, mine: unknown, theirs: unknown): unknown {
  if (equal(theirs, base)) return mine;
  if (equal(mine, base)) return theirs;
  if (typeof base === "string" && typeof mine === "string" && typeof theirs === "string") return mergeText(base, mine, theirs);
  if (isItems(base) && isItems(mine) && isItems(theirs)) return mergeItems(base, mine, theirs);
  if (isRecord(base) && isRecord(mine) && isRecord(theirs)) return mergeRecord(base, mine, theirs);
  return mine;
}

function mergeText(base: string, mine: string, theirs: string): string {
  const change = splice(base, mine);
  const shift = splice(base, theirs);
  const start = mapCaret(change.at, shift);
  const end = Math.max(start, mapCaret(change.at + change.removed, shift));
  return theirs.slice(0, start) + change.inserted + theirs.slice(end);
}

interface Item { id: string }

function mergeItems(base: Item[], mine: Item[], theirs: Item[]): Item[] {
  const was = new Map(base.map((item) => [item.id, item]));
  const wanted = new Map(mine.map((item) => [item.id, item]));
  const joined = theirs
    .filter((item) => wanted.has(item.id) || !was.has(item.id))
    .map((item) => {
      const own = wanted.get(item.id);
      return own ? (merge(was.get(item.id), own, item) as Item) : item;
    });
  for (const [index, item] of mine.entries()) {
    if (joined.some((other) => other.id === item.id)) continue;
    if (was.has(item.id)) continue;
    const before = mine[index - 1];
    const place = before ? joined.findIndex((other) => other.id === before.id) + 1 : 0;
    joined.splice(place, 0, item);
  }
  return moved(base, mine) ? inOrderOf(mine, joined) : joined;
}

function moved(base: Item[], mine: Item[]): boolean {
  const common = new Set(mine.map((item) => item.id));
  const [before, after] = [base.filter((item) => common.has(item.id)), mine.filter((item) => base.some((old) => old.id === item.id))];
  return before.some((item, index) => item.id !== after[index]?.id);
}

function inOrderOf(mine: Item[], joined: Item[]): Item[] {
  const place = new Map(mine.map((item, index) => [item.id, index]));
  let last = -1;
  const ranked = joined.map((item) => ({ item, rank: (last = place.get(item.id) ?? last) }));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}

function mergeRecord(base: Record<string, unknown>, mine: Record<string, unknown>, theirs: Record<string, unknown>) {
  const joined: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) joined[key] = merge(base[key], mine[key], theirs[key]);
  return joined;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const isItems = (value: unknown): value is Item[] => Array.isArray(value) && value.every((item) => isRecord(item) && typeof item.id === "string");
