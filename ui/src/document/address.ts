// Where something stands in a document, by identity instead of by index.

/** A step into a list is the id of the item; into a why-tree, the id of the node at any depth. */
export type Address = readonly (string | { id: string })[];

type Plain = Record<string, unknown> | unknown[];

/** The JSON path of an address in this document, or null where an item of it is gone. */
export function resolve(document: unknown, address: Address): (string | number)[] | null {
  const path: (string | number)[] = [];
  let place = document;
  for (const step of address) {
    if (typeof step === "string") {
      path.push(step);
      place = (place as Record<string, unknown> | undefined)?.[step];
      continue;
    }
    if (!Array.isArray(place)) return null;
    const inner = findById(place, step.id);
    if (!inner) return null;
    path.push(...inner);
    place = read(place, inner);
  }
  return path;
}

function findById(items: unknown[], id: string): (string | number)[] | null {
  for (const [index, item] of items.entries()) {
    if (typeof item !== "object" || item === null) continue;
    const one = item as { id?: string; children?: unknown[] };
    if (one.id === id) return [index];
    const deeper = Array.isArray(one.children) ? findById(one.children, id) : null;
    if (deeper) return [index, "children", ...deeper];
  }
  return null;
}

export function read(document: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((place, step) => (place as Record<string | number, unknown> | undefined)?.[step], document);
}

/** Puts a value at a path that exists up to its last step. */
export function write(document: unknown, path: readonly (string | number)[], value: unknown): void {
  const holder = read(document, path.slice(0, -1)) as Record<string | number, unknown>;
  holder[path[path.length - 1]!] = value;
}

/** A name for the address, equal for equal addresses. */
export function nameOf(address: Address): string {
  return address.map((step) => (typeof step === "string" ? step : `#${step.id}`)).join("/");
}

/** Makes `target` equal to `source` while touching only what differs, so that what is on screen stays where it is. */
export function adopt(target: Plain, source: Plain): void {
  if (Array.isArray(target) && Array.isArray(source)) {
    adoptList(target, source);
    return;
  }
  const [to, from] = [target as Record<string, unknown>, source as Record<string, unknown>];
  for (const key of Object.keys(to)) if (!(key in from)) Reflect.deleteProperty(to, key);
  for (const [key, value] of Object.entries(from)) adoptAt(to, key, value);
}

function adoptList(target: unknown[], source: unknown[]): void {
  const known = new Map(target.filter(hasId).map((item) => [item.id, item]));
  const next = source.map((value) => {
    const old = hasId(value) ? known.get(value.id) : undefined;
    if (!old) return value;
    adopt(old as unknown as Plain, value as unknown as Plain);
    return old;
  });
  const same = next.length === target.length && next.every((value, index) => value === target[index] || equal(value, target[index]));
  if (!same) target.splice(0, target.length, ...next);
}

function adoptAt(target: Record<string, unknown>, key: string, value: unknown): void {
  const old = target[key];
  if (isPlain(old) && isPlain(value) && Array.isArray(old) === Array.isArray(value)) adopt(old, value);
  else if (old !== value) target[key] = value;
}

const isPlain = (value: unknown): value is Plain => typeof value === "object" && value !== null;
const hasId = (value: unknown): value is { id: string } => isPlain(value) && typeof (value as { id?: unknown }).id === "string";

export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isPlain(a) || !isPlain(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => key in right && equal(left[key], right[key]));
}
