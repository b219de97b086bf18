// Work that takes a while: how far the core says it is, and stopping it.
import { call } from "./core";
import type { Work, WorkProgress } from "./core.gen";

/** Shorter work is not shown; milliseconds. */
const AFTER = 100;
/** Between two questions how far it is, in milliseconds. */
const EVERY = 200;

export class Task {
  /** Null until it is shown. */
  at = $state.raw<WorkProgress | null>(null);
  stopping = $state(false);
  /** Where it was started: Escape stops it there, and the focus comes back. */
  readonly from = document.activeElement;
  /** `what` are its stages, one after another; `apart` is shown where it was started alone. */
  constructor(readonly what: Work[], readonly name: string, readonly apart: boolean) {}

  /** Wishes that it ends. It may still come through. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const what of this.what) await call("work_cancel", { what }).catch(() => {});
  }
  async look(): Promise<void> {
    for (const what of this.what) {
      const at = await call("work", { what }).catch(() => null);
      // Opening a workspace is seldom more than a blink.
      if (at && (at.part !== null || what !== "open")) this.at = at;
    }
  }
}

class Works {
  tasks = $state.raw<Task[]>([]);

  /** Carries out `work`, shown with its `name` where it takes a while. */
  async run<T>(what: Work[], name: string, work: () => Promise<T>, { apart = false } = {}): Promise<T> {
    const task = new Task(what, name, apart);
    this.tasks = [...this.tasks, task];
    void this.#watch(task);
    try {
      return await work();
    } finally {
      if (document.activeElement?.closest("[data-working]") && task.from instanceof HTMLElement) task.from.focus();
      this.tasks = this.tasks.filter((other) => other !== task);
    }
  }
  async #watch(task: Task): Promise<void> {
    for (let pause = AFTER; ; pause = EVERY) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (!this.tasks.includes(task)) return;
      await task.look();
    }
  }
}

export const works = new Works();
