// One history over all fields of an entry. Undoing is a new edit; what others wrote meanwhile stays.
import { nameOf, type Address } from "./address";
import { merge } from "./merge";

export interface Step { address: Address; before: unknown; after: unknown }
/** What is undone at once: one action, or one stretch of typing in one field. */
interface Group { steps: Step[]; typing: boolean; at: number }

type Now = (address: Address) => unknown;
type Put = (address: Address, value: unknown) => void;

/** A pause of this length (ms) ends a stretch of typing. */
const PAUSE = 1000;

export class History {
  #done: Group[] = [];
  #undone: Group[] = [];

  get canUndo(): boolean {
    return this.#done.length > 0;
  }
  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** `at` in milliseconds. `joined` puts the step into the same group as the one before it. */
  record(step: Step, at: number, { typing = false, joined = false } = {}): void {
    this.#undone = [];
    const last = this.#done.at(-1);
    const sole = last?.steps[0];
    if (last && joined) {
      last.steps.push(step);
    } else if (typing && last?.typing && sole && at - last.at < PAUSE && nameOf(sole.address) === nameOf(step.address)) {
      sole.after = step.after;
      last.at = at;
    } else {
      this.#done.push({ steps: [step], typing, at });
    }
  }

  /** Takes the last group back, given how the values stand now. Answers the address of what changed, or null. */
  undo(now: Now, put: Put): Address | null {
    const group = this.#done.pop();
    if (!group) return null;
    this.#undone.push(group);
    for (const { address, before, after } of group.steps.toReversed()) put(address, merge(after, before, now(address)));
    return group.steps[0]!.address;
  }

  redo(now: Now, put: Put): Address | null {
    const group = this.#undone.pop();
    if (!group) return null;
    this.#done.push(group);
    for (const { address, before, after } of group.steps) put(address, merge(before, after, now(address)));
    return group.steps.at(-1)!.address;
  }

  /** Ends the running stretch of typing: what follows is undone separately. */
  pause(): void {
    const last = this.#done.at(-1);
    if (last) last.typing = false;
  }
}
