// A book on its way to Google Docs: signing in, what would change, a person's decisions, and going through with it.
import { call, CoreError, problemOf } from "../../core";
import type { Difference, GoogleState, Problem, Published, PublishOptions } from "../../core.gen";
import { equal } from "../../document/address";
import { t } from "../../text.svelte";
import { works } from "../../work.svelte";
import type { OpenBook } from "./book.svelte";

export type Decision = "keep" | "overwrite";
/** What stands there may stay without a word: the book says there what it said before. */
export const isQuestion = ({ kind }: Difference) => kind !== "edited";

/** Whether two plans would do the same. A block that is not there yet has another key each time. */
function isSame(one: Published | null, other: Published): boolean {
  const asSeen = (plan: Published) => [plan.conflicts, plan.differences.map(({ chapter_id, kind, theirs, ours }) => ({ chapter_id, kind, theirs, ours }))];
  return one !== null && equal(asSeen(one), asSeen(other));
}
/** 第4章; a chapter that the book no longer has, by its title. */
export function chapterName(book: OpenBook, { chapter_id, chapter }: Difference): string {
  const at = book.document.chapters.findIndex(({ id }) => id === chapter_id);
  return at >= 0 ? t("publish.chapter_is", { n: at + 1 }) : t("publish.chapter_gone", { title: chapter });
}

export class GoogleDesk {
  state = $state.raw<GoogleState | null>(null);
  plan = $state.raw<Published | null>(null);
  result = $state.raw<Published | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state<"sign_in" | "sign_out" | "plan" | "publish" | "take" | null>(null);
  stopped = $state(false);
  /** The document or the book has moved on since the plan was seen. */
  movedOn = $state(false);
  decisions = $state<Record<string, Decision>>({});
  /** A document that was picked, until the book is published into it. */
  chosen = $state<string | null>(null);
  folder = $state("");
  accept = $state(false);
  inline = $state(false);
  readonly #book: OpenBook;

  constructor(book: OpenBook) {
    this.#book = book;
  }

  /** Whether nothing goes out that nobody has looked at, unless one wants so. */
  get free(): boolean {
    return this.accept || this.#book.review?.unreviewed === 0;
  }
  /** What is still to be decided about. */
  get open(): Difference[] {
    return (this.plan?.conflicts ?? []).filter((one) => isQuestion(one) && this.decisions[one.key] === undefined);
  }
  get changesAnything(): boolean {
    const { plan } = this;
    return plan !== null && (plan.differences.length > 0 || plan.conflicts.length > 0 || this.chosen !== null);
  }

  async look(): Promise<void> {
    this.state = await call("google_state", { book: this.#book.id });
  }
  signIn(pick: boolean): Promise<void> {
    return this.#run("sign_in", async () => {
      const picked = await call("google_sign_in", { pick });
      if (picked[0] !== undefined) this.chosen = picked[0];
      await this.look();
      if (this.free) await this.#see();
    });
  }
  signOut(): Promise<void> {
    return this.#run("sign_out", async () => {
      await call("google_sign_out", {});
      this.plan = null;
      await this.look();
    });
  }
  see(): Promise<void> {
    return this.#run("plan", async () => { await this.#see(); });
  }
  /** Sends what was seen, and nothing else: what has moved on since is shown instead. */
  publish(): Promise<void> {
    return this.#run("publish", async () => {
      const seen = this.plan;
      if (!isSame(seen, await this.#see())) {
        this.movedOn = true;
        return;
      }
      this.result = await works.run(["google"], t("publish.going"), () => call("google_publish", { id: this.#book.id, options: this.#options() }), { apart: true });
      this.chosen = null;
      this.decisions = {};
      this.plan = { ...this.result, differences: [] };
      await Promise.all([this.look(), this.#book.look()]);
    });
  }
  /** Takes what someone wrote into its chapter: one edit, which can be taken back. Answers whether there was any. */
  async take(key: string): Promise<boolean> {
    let taken = false;
    await this.#run("take", async () => {
      await this.#book.flush();
      const chapters = await call("google_take", { id: this.#book.id, keys: [key], options: this.#options() });
      for (const { id, title, parts } of chapters) {
        this.#book.set(["chapters", { id }, "parts"], parts);
        this.#book.set(["chapters", { id }, "title"], title, { joined: true });
      }
      this.#book.arrived++;
      taken = chapters.length > 0;
      await this.#see();
    });
    return taken;
  }
  async stop(): Promise<void> {
    await call("work_cancel", { what: "google" });
    // What was begun before the page was loaded anew tells nobody that it has stopped.
    if (this.busy === null) await this.look();
  }

  async #see(): Promise<Published> {
    await this.#book.stand();
    const plan = await call("google_plan", { id: this.#book.id, options: { ...this.#options(), keep: [], overwrite: [] } });
    const keys = new Set(plan.conflicts.map(({ key }) => key));
    this.decisions = Object.fromEntries(Object.entries(this.decisions).filter(([key]) => keys.has(key)));
    this.plan = plan;
    return plan;
  }
  #options(): PublishOptions {
    const of = (wanted: Decision) => Object.entries(this.decisions).filter(([, decision]) => decision === wanted).map(([key]) => key);
    // The address of a folder ends with its id.
    const folder = /([\w-]+)\/?(?:\?.*)?$/.exec(this.folder.trim())?.[1] ?? null;
    return { document: this.chosen, folder, accept_masking: this.accept, inline_pictures: this.inline, keep: of("keep"), overwrite: of("overwrite"), take: [] };
  }
  async #run(what: NonNullable<GoogleDesk["busy"]>, work: () => Promise<void>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = what;
    this.problem = this.result = null;
    this.stopped = this.movedOn = false;
    try {
      await work();
    } catch (thrown) {
      if (thrown instanceof CoreError && thrown.problem.kind === "google_cancelled") this.stopped = true;
      else this.problem = problemOf(thrown);
    } finally {
      this.busy = null;
    }
  }
}
