// How two states of an entry differ, for a person to read.
import { splice } from "../parts/splice";
import type { Postmortem } from "../core.gen";
import { equal } from "./address";

export interface Piece { kind: "same" | "gone" | "new"; text: string }
export interface Difference {
  /** The place, unique within one comparison. */
  path: string;
  /** The field, such as `title`, `sections.problem` or `countermeasures`. */
  field: string;
  /** What happened to an item of a list; null for a plain field. */
  item: "added" | "removed" | "changed" | "moved" | null;
  pieces: Piece[];
}

type Plain = Record<string, unknown>;
const silent = new Set(["format", "id", "number"]);
const isRecord = (value: unknown): value is Plain => typeof value === "object" && value !== null && !Array.isArray(value);

/** What people call a code of the format that stands under a key, such as `draft` under `status`. */
export type Say = (key: string, code: string) => string;

/** @param before null where there was nothing */
export function differences(before: Postmortem | null, after: Postmortem, say: Say = (_, code) => code): Difference[] {
  const found: Difference[] = [];
  const compare = (field: string, was: unknown, is: unknown) => compareField(field, was, is, say, found);
  const [was, is] = [(before ?? {}) as Plain, after as unknown as Plain];
  for (const key of Object.keys(is)) {
    if (silent.has(key) || equal(was[key], is[key])) continue;
    if (["sections", "alert", "runbook", "causes"].includes(key)) {
      const [one, other] = [(was[key] ?? {}) as Plain, is[key] as Plain];
      for (const inner of Object.keys(other)) if (!equal(one[inner], other[inner])) compare(`${key}.${inner}`, one[inner], other[inner]);
    } else compare(key, was[key], is[key]);
  }
  return found;
}

function compareField(field: string, was: unknown, is: unknown, say: Say, found: Difference[]): void {
  if (Array.isArray(is) && is.concat(was ?? []).some(isRecord)) {
    compareItems(field, flat((was as unknown[] | undefined) ?? [], say), flat(is, say), found);
    return;
  }
  const words = (value: unknown) => (coded.has(field) && typeof value === "string" && value !== "" ? say(field, value) : wordsOf(value, say));
  const pieces = compareTexts(words(was), words(is));
  if (pieces.length > 0) found.push({ path: field, field, item: null, pieces });
}

interface Item { key: string; words: string }
/** A list or a tree as its items in reading order. */
function flat(items: unknown[], say: Say, depth = 0): Item[] {
  return items.flatMap((item, index) => {
    if (!isRecord(item)) return [{ key: `${depth}/${index}`, words: wordsOf(item, say) }];
    const { id, children, ...rest } = item;
    const key = String(id ?? item.hash ?? item.target ?? item.item ?? `${depth}/${index}`);
    return [{ key, words: wordsOf(rest, say) }, ...flat(Array.isArray(children) ? children : [], say, depth + 1)];
  });
}

function compareItems(field: string, was: Item[], is: Item[], found: Difference[]): void {
  const before = new Map(was.map((item) => [item.key, item]));
  const after = new Map(is.map((item) => [item.key, item]));
  for (const { key, words } of was) if (!after.has(key)) found.push({ path: `${field}/-${key}`, field, item: "removed", pieces: [{ kind: "gone", text: words || "–" }] });
  for (const { key, words } of is) {
    const old = before.get(key);
    if (!old) found.push({ path: `${field}/${key}`, field, item: "added", pieces: [{ kind: "new", text: words || "–" }] });
    else if (old.words !== words) found.push({ path: `${field}/${key}`, field, item: "changed", pieces: compareTexts(old.words, words) });
  }
  const [left, right] = [was.filter(({ key }) => after.has(key)), is.filter(({ key }) => before.has(key))];
  const at = left.findIndex(({ key }, index) => key !== right[index]?.key);
  if (at >= 0) found.push({ path: `${field}/order`, field, item: "moved", pieces: [{ kind: "same", text: right[at]!.words }] });
}

/** Fields of the entry that hold a code. */
const coded = new Set(["status", "found_by", "customer_impact", "occurrence_category", "escape_category"]);
/** What a reader of a difference would not understand, or sees elsewhere. */
const inner = new Set(["causes", "source", "media_type", "hash", "method", "state", "side", "term", "kind", "step_outcome", "verdict", "decision", "team"]);

/** The words of a value: of a record its filled fields, of a moment its time in Japan. */
function wordsOf(value: unknown, say: Say): string {
  if (value === null || value === undefined || value === "" || value === false) return "";
  if (typeof value === "string") return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) && !Number.isNaN(Date.parse(value)) ? jst(value) : value.replace(/(!\[[^\]]*\])\(blob:[0-9a-f]+\)/g, "$1");
  if (Array.isArray(value)) return value.map((one) => wordsOf(one, say)).filter(Boolean).join("、");
  if (isRecord(value)) return Object.entries(value).map(([key, part]) => (inner.has(key) ? codeOf(key, part, say) : wordsOf(part, say))).filter(Boolean).join("　");
  return value === true ? "✓" : String(value);
}
/** A code counts as a change, in brackets; most of them are words of the document format. */
const codeOf = (key: string, part: unknown, say: Say) => (part === null || ["causes", "source", "media_type", "hash"].includes(key) ? "" : typeof part === "string" && !["open", "pending", "permanent", "assumption", "occurrence", "escape"].includes(part) ? `[${say(key, part)}]` : "");
const jst = (at: string) => new Date(Date.parse(at) + 9 * 3600_000).toISOString().slice(0, 16).replace("T", " ");

const segmenter = new Intl.Segmenter("ja", { granularity: "word" });
/** Longer stretches (UTF-16 units) between the first and the last difference are shown as replaced whole. */
const MOST = 2000;
/** Same text longer than this on one side of a difference is shortened. */
const CONTEXT = 40;

export function compareTexts(was: string, is: string): Piece[] {
  if (was === is) return [];
  const { at, removed, inserted } = splice(was, is);
  const middle = wordDifference(was.slice(at, at + removed), inserted);
  return shorten([{ kind: "same", text: was.slice(0, at) }, ...middle, { kind: "same", text: was.slice(at + removed) }]);
}

function wordDifference(was: string, is: string): Piece[] {
  if (was === "" || is === "" || was.length > MOST || is.length > MOST) return joined([{ kind: "gone", text: was }, { kind: "new", text: is }]);
  const [left, right] = [was, is].map((text) => [...segmenter.segment(text)].map(({ segment }) => segment)) as [string[], string[]];
  // Longest common subsequence, from the end.
  const table = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) table[i]![j] = left[i] === right[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
  }
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) { pieces.push({ kind: "same", text: left[i]! }); i++; j++; }
    else if (j >= right.length || (i < left.length && table[i + 1]![j]! >= table[i]![j + 1]!)) pieces.push({ kind: "gone", text: left[i++]! });
    else pieces.push({ kind: "new", text: right[j++]! });
  }
  return joined(pieces);
}

function joined(pieces: Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    if (piece.text === "") continue;
    const last = result.at(-1);
    if (last?.kind === piece.kind) last.text += piece.text;
    else result.push({ ...piece });
  }
  return result;
}

function shorten(pieces: Piece[]): Piece[] {
  const all = joined(pieces);
  return all.map((piece, index) => {
    if (piece.kind !== "same" || piece.text.length <= CONTEXT * 2) return piece;
    const head = index === 0 ? "" : piece.text.slice(0, CONTEXT);
    const tail = index === all.length - 1 ? "" : piece.text.slice(-CONTEXT);
    return { kind: "same", text: `${head}…${tail}` };
  });
}
