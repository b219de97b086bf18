// The book that is open, and what waits for a decision in it.
import { getContext, setContext } from "svelte";
import { call } from "../../core";
import type { Assignment, Book, BookDecision, BookReview, BookSummary, Chapter, ChapterChanges, OpenBook as Opened, Question, Slot } from "../../core.gen";
import { OpenDocument } from "../../document/open.svelte";

const keeper = {
  fetch: (id: string) => call("book_open", { id }),
  send: (id: string, base: string, set: Assignment[]) => call("book_edit", { id, base, set }),
};

export class OpenBook extends OpenDocument<Book> {
  summary = $state.raw<BookSummary>()!;
  changes = $state.raw<ChapterChanges[]>([]);
  review = $state.raw<BookReview | null>(null);

  constructor(opened: Opened) {
    super(keeper, opened, opened.summary.updated_at);
    this.#take(opened);
  }

  static async open(id: string): Promise<OpenBook> {
    const kept = OpenDocument.kept(id);
    return kept instanceof OpenBook ? kept : new OpenBook(await keeper.fetch(id));
  }

  changesOf(chapter: string) {
    return this.changes.find((one) => one.chapter === chapter)?.changes ?? [];
  }

  /** Asks anew how the chapters stand and what is to be looked at, once everything typed is stored. */
  async look(): Promise<void> {
    await this.stand();
    await this.reload();
  }

  /** How the chapters stand, without touching what is being written. */
  async stand(): Promise<void> {
    await this.flush();
    const [opened, review] = await Promise.all([call("book_open", { id: this.id }), call("book_review", { id: this.id })]);
    this.#take(opened);
    this.review = review;
  }

  async decide(chapter: string, slot: Slot, decision: BookDecision): Promise<void> {
    await this.flush();
    this.#take(await call("book_decide", { id: this.id, chapter, slot, decision }));
    await this.look();
  }

  async reviewed(answer: Promise<BookReview>): Promise<void> {
    this.review = await answer;
    await this.reload();
  }

  async add(entries: string[], together: boolean): Promise<void> {
    await this.flush();
    await call("book_add", { id: this.id, entries, together });
    await this.look();
  }

  /** Chapters in another order, or without one. */
  arrange(chapters: Chapter[]): void {
    this.set(["chapters"], $state.snapshot(chapters));
  }

  setQuestions(chapter: string, part: "think" | "check", questions: Question[]): void {
    this.set(["chapters", { id: chapter }, "parts", part], $state.snapshot(questions));
  }

  #take(opened: Opened): void {
    this.summary = opened.summary;
    this.changes = opened.changes;
  }
}

const KEY = Symbol("open book");
export const provideBook = (book: OpenBook) => setContext(KEY, book);
export const useBook = () => getContext<OpenBook>(KEY);
