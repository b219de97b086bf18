// A list that is fetched page by page as it comes into view.
import { problemOf } from "../core";
import type { Problem } from "../core.gen";

const PAGE = 60;

type Fetch<T> = (offset: number, limit: number) => Promise<{ total: number; items: T[] }>;

export class Pages<T> {
  total = $state(0);
  rows = $state.raw<(T | undefined)[]>([]);
  problem = $state.raw<Problem | null>(null);
  loaded = $state(false);
  readonly #ask: Fetch<T>;
  #asked = new Set<number>();
  #generation = 0;

  constructor(ask: Fetch<T>) {
    this.#ask = ask;
  }

  /** Forgets what is shown: it no longer answers the question. */
  clear(): void {
    this.#generation++;
    this.rows = [];
    this.total = 0;
    this.loaded = false;
  }

  /** Starts anew: the query changed, or somebody wrote. What is shown stays until the answer is here. */
  async reload(): Promise<void> {
    this.#generation++;
    this.#asked = new Set([0]);
    await this.#fetch(0, true);
  }

  /** Makes sure that these rows are here or on their way. */
  need(from: number, to: number): void {
    for (let page = Math.floor(from / PAGE); page <= Math.floor(Math.min(to, this.total - 1) / PAGE); page++) {
      if (page < 0 || this.#asked.has(page)) continue;
      this.#asked.add(page);
      void this.#fetch(page, false);
    }
  }

  async #fetch(page: number, fresh: boolean): Promise<void> {
    const generation = this.#generation;
    try {
      const answer = await this.#ask(page * PAGE, PAGE);
      if (generation !== this.#generation) return;
      const rows = fresh ? new Array<T | undefined>(answer.total) : [...this.rows];
      answer.items.forEach((row, index) => { rows[page * PAGE + index] = row; });
      rows.length = answer.total;
      this.rows = rows;
      this.total = answer.total;
      this.problem = null;
    } catch (thrown) {
      if (generation !== this.#generation) return;
      this.#asked.delete(page);
      this.problem = problemOf(thrown);
    }
    this.loaded = true;
  }
}
