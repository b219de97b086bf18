// The queue between the screen and the store: one request at a time, nothing lost, nothing sent while an input method composes.
import type { Assignment, Problem } from "../core.gen";
import { read, write } from "./address";

/** An edit, stored: as the core answers it for every kind of document. */
export interface Edited<D> { branch: string; revision: string; at: string; document: D }

/** Milliseconds after the last keystroke, and at most between two flushes while typing goes on. */
export const PAUSE = 300;
export const LONGEST = 1000;
const BACKOFF = [2000, 4000, 8000, 15000, 30000];

export type SaveState =
  | { kind: "saved"; at: string | null }
  | { kind: "saving" }
  | { kind: "failed"; problem: Problem };

export interface AutosaveOptions<D> {
  revision: string;
  /** When the entry was stored last. */
  at?: string | null;
  send: (base: string, set: Assignment[]) => Promise<Edited<D>>;
  /** Takes the merged document. Called only when nothing of ours is waiting. */
  adopt: (document: D) => void;
  tell: (state: SaveState) => void;
  /** Lets fields that hold back their text put it into the queue. */
  settle: () => void;
  isComposing: () => boolean;
  problemOf: (thrown: unknown) => Problem;
}

export class Autosave<D> {
  /** The revision that the next request builds on. */
  #base: string;
  #waiting: Assignment[] = [];
  #running: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firstTouch: number | null = null;
  #failures = 0;
  #merged: Edited<D> | null = null;
  #stopped = false;
  /** When the last stored change was stored. */
  #at: string | null;
  readonly #options: AutosaveOptions<D>;

  constructor(options: AutosaveOptions<D>) {
    this.#options = options;
    this.#base = options.revision;
    this.#at = options.at ?? null;
  }

  /** Whether everything typed so far is stored and merged. */
  get idle(): boolean {
    return this.#waiting.length === 0 && !this.#running && this.#firstTouch === null;
  }

  /** Something was typed that {@link AutosaveOptions.settle} will queue later. */
  touch(): void {
    if (this.#stopped) return;
    this.#firstTouch ??= Date.now();
    if (this.#failures === 0) this.#options.tell({ kind: "saving" });
    this.#plan();
  }

  push(assignment: Assignment): void {
    this.#waiting = coalesce(this.#waiting, assignment);
    this.touch();
  }

  /** Sends at once what is waiting. Resolves when it is stored, or when storing failed. */
  async flush(): Promise<void> {
    this.#options.settle();
    clearTimeout(this.#timer);
    this.#firstTouch = null;
    const before = this.#failures;
    while (this.#running) await this.#running;
    // What failed while we waited is tried again by plan, not once for everybody who waited.
    if (this.#failures > before) return;
    if (this.#waiting.length > 0 && !this.#stopped) {
      this.#running ??= this.#run();
      await this.#running;
    } else {
      // A request may have taken along what was typed while it waited, or what was typed was taken back.
      if (this.idle && this.#failures === 0) this.#options.tell({ kind: "saved", at: this.#at });
      this.#adoptIfQuiet();
    }
  }

  /** Tries again now, without waiting for the next planned time. */
  retry(): Promise<void> {
    return this.flush();
  }

  /** A composition ended: what it held back can go. */
  composed(): void {
    if (this.#firstTouch !== null || this.#waiting.length > 0) this.#plan();
    else this.#adoptIfQuiet();
  }

  /** Starts again from a revision that was opened anew. Only while {@link idle}. */
  restart(revision: string): void {
    this.#base = revision;
    this.#merged = null;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#stopped || this.#options.isComposing()) return;
    const waited = Date.now() - (this.#firstTouch ?? Date.now());
    const wait = this.#failures > 0 ? BACKOFF[Math.min(this.#failures, BACKOFF.length) - 1]! : Math.max(0, Math.min(PAUSE, LONGEST - waited));
    this.#timer = setTimeout(() => {
      if (!this.#options.isComposing()) void this.flush();
    }, wait);
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const sending = this.#waiting;
      this.#waiting = [];
      this.#options.tell({ kind: "saving" });
      try {
        const edited = await this.#options.send(this.#base, sending);
        this.#base = edited.branch;
        this.#merged = edited;
        this.#at = edited.at;
        this.#failures = 0;
        if (this.#waiting.length === 0 && this.#firstTouch === null) this.#options.tell({ kind: "saved", at: edited.at });
      } catch (thrown) {
        this.#waiting = this.#waiting.reduce(coalesce, sending);
        this.#failures++;
        this.#options.tell({ kind: "failed", problem: this.#options.problemOf(thrown) });
        break;
      }
    }
    this.#running = null;
    if (this.#waiting.length > 0 || this.#firstTouch !== null) this.#plan();
    else this.#adoptIfQuiet();
  }

  #adoptIfQuiet(): void {
    const merged = this.#merged;
    if (!merged || !this.idle || this.#options.isComposing()) return;
    this.#merged = null;
    this.#base = merged.revision;
    this.#options.adopt(merged.document);
  }
}

/** Adds an assignment to those that wait, in the order in which they must be carried out, with as few as possible. */
export function coalesce(waiting: Assignment[], next: Assignment): Assignment[] {
  const holder = waiting.findLastIndex(({ path }) => isPrefix(path, next.path));
  if (holder >= 0) {
    const { path, value } = waiting[holder]!;
    const inner = next.path.slice(path.length);
    // An assignment after the holder may have moved what the path means.
    const later = waiting.slice(holder + 1).some((other) => isPrefix(other.path, path) || isPrefix(path, other.path));
    if (inner.length === 0 && !later) return waiting.with(holder, next);
    if (!later && read(value, inner.slice(0, -1)) !== undefined) {
      const copy = structuredClone(value);
      write(copy, inner, next.value);
      return waiting.with(holder, { path, value: copy });
    }
  }
  return [...waiting.filter(({ path }) => !isPrefix(next.path, path)), next];
}

function isPrefix(short: Assignment["path"], long: Assignment["path"]): boolean {
  return short.length <= long.length && short.every((step, index) => step === long[index]);
}
