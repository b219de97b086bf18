// A document that is open: as it stands on screen, how it is kept, and how a change is taken back.
import { problemOf } from "../core";
import type { Assignment } from "../core.gen";
import { isComposing, onCompositionEnd } from "../parts/composition";
import { adopt, equal, nameOf, read, resolve, write, type Address } from "./address";
import { Autosave, type Edited, type SaveState } from "./autosave";
import { History } from "./undo";

/** How a kind of document is read and kept. */
export interface Keeper<D, O> {
  fetch: (id: string) => Promise<O>;
  send: (id: string, base: string, set: Assignment[]) => Promise<Edited<D>>;
}

/** Documents that were left while they could not be stored. They go on trying, and are handed out again when reopened. */
const unsaved = new Map<string, unknown>();

export class OpenDocument<D extends { id: string }, O extends { document: D; revision: string } = { document: D; revision: string }> {
  document: D;
  save = $state.raw<SaveState>({ kind: "saved", at: null });
  canUndo = $state(false);
  canRedo = $state(false);
  /** Counts what others, the history or an undo put on screen. */
  arrived = $state(0);
  readonly id: string;
  readonly #keeper: Keeper<D, O>;
  readonly #autosave: Autosave<D>;
  readonly #history = new History();
  /** Fields that hold back their text until it is needed. */
  readonly #held = new Map<string, () => void>();
  readonly #quiet: () => void;
  #left = false;

  constructor(keeper: Keeper<D, O>, opened: O, at: string | null) {
    this.document = $state(opened.document);
    this.id = opened.document.id;
    this.save = { kind: "saved", at };
    this.#keeper = keeper;
    this.#autosave = new Autosave({
      revision: opened.revision,
      at,
      send: (base, set) => keeper.send(this.id, base, set),
      adopt: (document) => this.#adopt(document),
      tell: (state) => {
        this.save = state;
        if (this.#left && state.kind === "saved") this.#end();
      },
      settle: () => this.settle(),
      isComposing,
      problemOf,
    });
    this.#quiet = onCompositionEnd(() => this.#autosave.composed());
  }

  /** The document of this id that was left while it could not be stored, if there is one. */
  protected static kept(id: string): unknown {
    const kept = unsaved.get(id);
    if (kept instanceof OpenDocument) {
      kept.#left = false;
      void kept.reload().catch(() => {});
    }
    return kept;
  }

  get(address: Address): unknown {
    const path = resolve(this.document, address);
    return path === null ? undefined : $state.snapshot(read(this.document, path));
  }

  /** Puts a value and remembers how to take it back. `joined` makes it one with the change before. */
  set(address: Address, value: unknown, how: { typing?: boolean; joined?: boolean } = {}): void {
    // What was typed elsewhere before comes before this in the history.
    this.settle();
    const before = this.get(address);
    if (equal(before, value) || !this.#put(address, value)) return;
    this.#history.record({ address, before, after: value }, Date.now(), how);
    this.#tellHistory();
  }

  /** A field has newer text than the document and will give it when asked. */
  hold(address: Address, give: () => void): void {
    this.#held.set(nameOf(address), give);
    this.#autosave.touch();
  }
  settle(): void {
    const held = [...this.#held.values()];
    this.#held.clear();
    held.forEach((give) => give());
  }

  undo(): Address | null {
    return this.#takeBack((now, put) => this.#history.undo(now, put));
  }
  redo(): Address | null {
    return this.#takeBack((now, put) => this.#history.redo(now, put));
  }
  #takeBack(step: (now: (address: Address) => unknown, put: (address: Address, value: unknown) => void) => Address | null): Address | null {
    this.settle();
    this.#history.pause();
    const address = step((one) => this.get(one), (one, value) => this.#put(one, value));
    this.arrived++;
    this.#tellHistory();
    return address;
  }

  /** Takes a document that was stored by other means than typing, such as an earlier state. */
  replace(document: D, revision: string, at: string): void {
    if (!this.#autosave.idle) {
      // What was typed meanwhile goes first; its answer brings the merged document.
      void this.flush().then(() => this.reload());
      return;
    }
    this.#autosave.restart(revision);
    this.#adopt(document);
    this.save = { kind: "saved", at };
  }

  /** Somebody else wrote. While something of ours is on its way, its answer will bring theirs. */
  async reload(): Promise<void> {
    if (!this.#autosave.idle || this.#held.size > 0 || isComposing()) return;
    const opened = await this.#keeper.fetch(this.id);
    if (!this.#autosave.idle || this.#held.size > 0 || isComposing()) return;
    this.fetched(opened);
    this.#autosave.restart(opened.revision);
    this.#adopt(opened.document);
  }
  /** What came with the document when it was read again. */
  protected fetched(opened: O): void { void opened; }

  /** Brings what the core added by itself, such as an attachment; at once, or with the answer that is on its way. */
  async refresh(): Promise<void> {
    await this.flush();
    await this.reload();
  }

  async flush(): Promise<void> {
    await this.#autosave.flush();
  }
  retry(): void {
    void this.#autosave.retry();
  }
  /** Leaves the document. What could not be stored stays in memory and is tried again. */
  async close(): Promise<void> {
    this.#left = true;
    unsaved.set(this.id, this);
    await this.flush();
    if (this.#left && this.#autosave.idle) this.#end();
  }
  #end(): void {
    unsaved.delete(this.id);
    this.#quiet();
    this.#autosave.stop();
  }

  #put(address: Address, value: unknown): boolean {
    const path = resolve(this.document, address);
    if (path === null) return false;
    // One copy goes on screen, another waits to be sent: neither may see the other change.
    write(this.document, path, $state.snapshot(value));
    this.#autosave.push({ path, value: $state.snapshot(value) });
    return true;
  }
  #adopt(document: D): void {
    if (equal($state.snapshot(this.document), document)) return;
    // What others wrote must not become part of a stretch of typing, or undoing that would take it away.
    this.#history.pause();
    adopt(this.document as unknown as Record<string, unknown>, document as unknown as Record<string, unknown>);
    this.arrived++;
  }
  #tellHistory(): void {
    this.canUndo = this.#history.canUndo;
    this.canRedo = this.#history.canRedo;
  }
}
