// Books as the window sees them, in memory: enough of the core's rules to tell whether the window asks rightly.
import type { Answer, Asked, Book, BookDecision, BookReview, BookSummary, Calls, Chapter, Change, Mask, MaskHit, OpenBook, Parts, Postmortem, Question, Slot } from "../../src/core.gen";
import { write } from "../../src/document/address";
import { merge } from "../../src/document/merge";

interface Host { open: (id: string) => Postmortem; time: () => string; published: (book: string, chapter: Chapter) => { at: string; fresh: boolean; edited: boolean } | null }

const question = (id: string, prompt: string, answer: string, choices: [string, boolean][] = []): Question => ({ id, prompt, answer, choices: choices.map(([text, right], index) => ({ id: `${id}-${index}`, text, right })) });

export function draft(document: Postmortem): Parts {
  return {
    situation: document.sections.overview,
    think: [question(`think-${document.id}`, "あなたなら、つぎに何をしますか。", "止まって聞いてかまいません。", [["手順書のとおり再起動する", false], ["手を止めて、二次運用に連絡する", true]])],
    happened: document.timeline.map(({ text }) => `- ${text}`).join("\n"),
    why: document.sections.occurrence_cause,
    lessons: document.sections.lessons,
    check: [question(`check-${document.id}`, "最初に何を見ますか。", "対象の状態。")],
  };
}

const get = (parts: Parts, slot: Slot): string => {
  if (typeof slot === "string") return (parts as unknown as Record<string, string>)[slot]!;
  const [part, id] = Object.entries(slot)[0]! as ["think" | "check", string];
  return JSON.stringify(parts[part].find((one) => one.id === id) ?? null);
};

export class FakeBooks {
  readonly books = new Map<string, Book>();
  readonly revisions = new Map<string, Book>();
  answers: Record<string, Answer> = {};
  words: string[] = [];
  #next = 1;
  constructor(readonly host: Host) {}

  books_(): BookSummary[] { return [...this.books.values()].map((book) => this.#summary(book)); }
  make(title: string): BookSummary {
    const book: Book = { format: "yokoten/book/1", id: crypto.randomUUID(), lang: "ja", title, levels: ["入社", "1か月", "独り立ち"], chapters: [], masks: [], images: [] };
    this.books.set(book.id, book);
    return this.#summary(book);
  }
  open(id: string): OpenBook {
    const book = this.#find(id);
    const changes = book.chapters.map((chapter) => ({ chapter: chapter.id, changes: this.#changes(chapter) })).filter((one) => one.changes.length > 0);
    return { document: structuredClone(book), revision: this.#revision(book), summary: this.#summary(book), changes };
  }
  add({ id, entries, together }: Calls["book_add"]["args"]): BookSummary {
    const groups = together ? [entries] : entries.map((entry) => [entry]);
    for (const group of groups) {
      const documents = group.map((entry) => this.host.open(entry));
      const parts = draft(documents[0]!);
      this.#find(id).chapters.push({ id: `c${this.#next++}`, title: documents[0]!.title, level: "", minutes: null, sources: documents.map((one) => ({ entry: one.id, number: one.number, revision: "" })), parts, taken: structuredClone(parts) });
    }
    return this.#summary(this.#find(id));
  }
  edit({ id, base, set }: Calls["book_edit"]["args"]): Calls["book_edit"]["result"] {
    const mine = structuredClone(this.revisions.get(base)!);
    for (const { path, value } of set) write(mine, path, structuredClone(value));
    const next = merge(this.revisions.get(base)!, mine, this.#find(id)) as Book;
    this.books.set(id, next);
    return { branch: this.#revision(mine), revision: this.#revision(next), at: this.host.time(), document: structuredClone(next) };
  }
  decide(id: string, chapterId: string, slot: Slot, decision: BookDecision): OpenBook {
    const chapter = this.#find(id).chapters.find((one) => one.id === chapterId)!;
    const fresh = draft(this.host.open(chapter.sources[0]!.entry));
    const put = (parts: Parts, value: unknown) => {
      if (typeof slot === "string") { (parts as unknown as Record<string, unknown>)[slot] = value; return; }
      const [part, which] = Object.entries(slot)[0]! as ["think" | "check", string];
      parts[part] = parts[part].map((one) => (one.id === which ? (value as Question) : one));
    };
    const after: unknown = typeof slot === "string" ? get(fresh, slot) : JSON.parse(get(fresh, slot));
    if (decision === "take") put(chapter.parts, structuredClone(after));
    else if (typeof decision === "object") put(chapter.parts, decision.edit);
    put(chapter.taken, after);
    return this.open(id);
  }
  review(id: string): BookReview {
    const book = this.#find(id);
    const texts = book.chapters.map((chapter) => ({ chapter: chapter.id, text: JSON.stringify(chapter.parts) }));
    const find = (text: string, kind: MaskHit["kind"], mask: string): MaskHit[] => {
      const places = texts.filter((one) => one.text.includes(text)).map(({ chapter }) => ({ chapter, before: "あの", text, after: "の画面" }));
      const decided = book.masks.find((one) => one.text === text);
      return places.length === 0 ? [] : [{ kind, text, mask: decided?.mask ?? mask, keep: decided?.keep ?? false, reviewed: decided !== undefined, places }];
    };
    const hits = [...find("web-03", "host", "ホスト1"), ...this.words.flatMap((word, index) => find(word, "word", `伏せ字${index + 1}`))];
    const hashes = [...new Set(texts.flatMap(({ text }) => [...text.matchAll(/!\[([^\]]*)\]\(blob:([0-9a-f]{64})\)/g)].map((found) => found[2]!)))];
    const images = hashes.map((hash) => ({ hash, caption: "画面", chapter: "c1", reviewed: book.images.some((one) => one.hash === hash) }));
    return { hits, images, unreviewed: hits.filter((one) => !one.reviewed).length + images.filter((one) => !one.reviewed).length };
  }
  mask(id: string, masks: Mask[]): BookReview {
    const book = this.#find(id);
    book.masks = [...book.masks.filter((one) => !masks.some(({ text }) => text === one.text)), ...masks];
    return this.review(id);
  }
  unmask(id: string, text: string): BookReview {
    this.#find(id).masks = this.#find(id).masks.filter((one) => one.text !== text);
    return this.review(id);
  }
  seen(id: string, hash: string, seen: boolean): BookReview {
    this.#find(id).images = seen ? [{ hash }] : [];
    return this.review(id);
  }
  today(): Asked | null {
    const [book] = this.books.values();
    const chapter = book?.chapters[0];
    const asked = chapter?.parts.think[0];
    return book && chapter && asked ? { book: book.id, chapter: chapter.id, title: chapter.title, question: asked, answer: this.answers[`${chapter.id}/${asked.id}`] ?? null } : null;
  }
  answer({ chapter, question: asked, choice }: Calls["study_answer"]["args"]): Record<string, Answer> {
    return (this.answers = { ...this.answers, [`${chapter}/${asked}`]: { choice, at: this.host.time() } });
  }

  #find(id: string): Book { return this.books.get(id)!; }
  #revision(book: Book): string {
    const name = `b${this.revisions.size + 1}`;
    this.revisions.set(name, structuredClone(book));
    return name;
  }
  #changes(chapter: Chapter): Change[] {
    const fresh = draft(this.host.open(chapter.sources[0]!.entry));
    const slots: Slot[] = ["situation", ...fresh.think.map(({ id }) => ({ think: id })), "happened", "why", "lessons", ...fresh.check.map(({ id }) => ({ check: id }))];
    return slots.filter((slot) => get(fresh, slot) !== get(chapter.taken, slot)).map((slot) => {
      const [before, after, mine] = [get(chapter.taken, slot), get(fresh, slot), get(chapter.parts, slot)];
      return { slot, before, after, mine, merged: mine === before ? after : null };
    });
  }
  #summary(book: Book): BookSummary {
    const chapters = book.chapters.map((chapter) => {
      const changes = this.#changes(chapter).length;
      const there = this.host.published(book.id, chapter);
      return { id: chapter.id, title: chapter.title, level: chapter.level, minutes: chapter.minutes ?? 3, entries: chapter.sources.map(({ number }) => number), state: changes > 0 ? "entry_changed" as const : there?.edited ? "edited_there" as const : there?.fresh ? "fresh" as const : "unpublished" as const, published_at: there?.at ?? null, changes };
    });
    return { id: book.id, title: book.title, updated_at: this.host.time(), chapters };
  }
}
