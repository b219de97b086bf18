// The entry that is open: its document as it stands on screen, how it is kept, and how a change is taken back.
import { call, problemOf } from "../../core";
import type { Entry, Postmortem, Status } from "../../core.gen";
import { adopt, equal, nameOf, read, resolve, write, type Address } from "../../document/address";
import { isComposing, onCompositionEnd } from "../../parts/composition";
import { Autosave, type SaveState } from "./autosave";
import { History } from "./undo";

export class OpenEntry {
  document: Postmortem;
  save = $state.raw<SaveState>({ kind: "saved", at: null });
  createdAt: string;
  canUndo = $state(false);
  canRedo = $state(false);
  /** Counts what others, the history or an undo put on screen. */
  arrived = $state(0);
  readonly id: string;
  readonly #autosave: Autosave;
  readonly #history = new History();
  /** Fields that hold back their text until it is needed. */
  readonly #held = new Map<string, () => void>();
  readonly #quiet: () => void;
  #left = false;
  /** Entries that were left while they could not be stored. They go on trying, and are handed out again when reopened. */
  static readonly #unsaved = new Map<string, OpenEntry>();

  constructor(entry: Entry) {
    this.document = $state(entry.document);
    this.id = entry.document.id;
    this.createdAt = entry.created_at;
    this.save = { kind: "saved", at: entry.updated_at };
    this.#autosave = new Autosave({
      revision: entry.revision,
      at: entry.updated_at,
      send: (base, set) => call("edit", { id: this.id, base, set }),
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

  static async open(id: string): Promise<OpenEntry> {
    const kept = OpenEntry.#unsaved.get(id);
    if (kept) {
      kept.#left = false;
      void kept.reload().catch(() => {});
      return kept;
    }
    return new OpenEntry(await call("open", { id }));
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

  async transition(status: Status): Promise<void> {
    await this.flush();
    const edited = await call("transition", { id: this.id, status });
    this.replace(edited.document, edited.revision, edited.at);
  }

  /** Takes a document that was stored by other means than typing, such as an earlier state. */
  replace(document: Postmortem, revision: string, at: string): void {
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
    const entry = await call("open", { id: this.id });
    if (!this.#autosave.idle || this.#held.size > 0 || isComposing()) return;
    this.#autosave.restart(entry.revision);
    this.#adopt(entry.document);
  }

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
  /** Leaves the entry. What could not be stored stays in memory and is tried again. */
  async close(): Promise<void> {
    this.#left = true;
    OpenEntry.#unsaved.set(this.id, this);
    await this.flush();
    if (this.#left && this.#autosave.idle) this.#end();
  }
  #end(): void {
    OpenEntry.#unsaved.delete(this.id);
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
  #adopt(document: Postmortem): void {
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
