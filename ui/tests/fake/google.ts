// Google Docs as the window sees it, in memory: a text for each part of a chapter, and what people made of it.
import type { Book, Chapter, Difference, GoogleClient, GoogleState, Problem, Published, PublishOptions, WorkProgress } from "../../src/core.gen";

interface Host { book: (id: string) => Book; unreviewed: (id: string) => number; time: () => string; name: () => string; refuse: (problem: Problem) => never }
interface There { ours: string; theirs: string | null; kept: string | null }
interface Kept { document: string; at: string; by: string; chapters: Map<string, { title: string; at: string; parts: Map<Part, There> }> }
const PARTS = ["situation", "happened", "why", "lessons"] as const;
type Part = (typeof PARTS)[number];

export class FakeGoogle {
  client: GoogleClient = { id: "client-1", has_secret: true, by_environment: false };
  signedIn = true;
  picks: string[] = [];
  secret: string | null = null;
  underWay: WorkProgress | null = null;
  problem: Problem | null = null;
  /** Holds a publication, or a sign-in, until it is released. */
  gate: Promise<void> | null = null;
  #cancelled = false;
  readonly kept = new Map<string, Kept>();
  constructor(readonly host: Host) {}

  state(book: string | null): GoogleState {
    const kept = book === null ? undefined : this.kept.get(book);
    return { client: this.client, signed_in: this.signedIn, secrets_file: null, problem: this.problem, document: kept ? { id: kept.document, url: url(kept.document), at: kept.at, by: kept.by } : null, under_way: this.underWay };
  }
  setClient(id: string, secret: string | null): GoogleClient {
    this.secret = id === "" ? null : (secret ?? this.secret);
    return (this.client = { id, has_secret: this.secret !== null, by_environment: false });
  }
  async signIn(pick: boolean): Promise<string[]> {
    await this.#wait();
    this.signedIn = true;
    return pick ? this.picks : [];
  }
  cancel(): void { this.#cancelled = true; this.#stop?.(); }

  /** A person edits a part in the document, or takes it out. */
  person(book: string, chapter: string, part: Part, text: string | null): void {
    this.kept.get(book)!.chapters.get(chapter)!.parts.get(part)!.theirs = text;
  }
  published(book: string, chapter: Chapter): { at: string; fresh: boolean; edited: boolean } | null {
    const there = this.kept.get(book)?.chapters.get(chapter.id);
    if (!there) return null;
    const parts = [...there.parts];
    return { at: there.at, fresh: parts.every(([part, { ours }]) => chapter.parts[part] === ours), edited: false };
  }

  plan(id: string, options: PublishOptions): Published {
    if (this.host.unreviewed(id) > 0 && !options.accept_masking) this.host.refuse({ kind: "unreviewed", message: "まだ確かめていない所があります", hints: [] });
    if (!this.signedIn) this.host.refuse({ kind: "google_not_signed_in", message: "Google にサインインしていません", hints: [] });
    const book = this.host.book(id);
    const kept = this.kept.get(id);
    const differences: Difference[] = [];
    const conflicts: Difference[] = [];
    let same = 0;
    for (const { chapter, part, text, there } of this.#parts(book)) {
      const one = (kind: string, theirs: string | null, ours: string | null): Difference => ({ key: `${chapter.id}/${part}@${there?.theirs ?? ""}`, chapter_id: chapter.id, chapter: chapter.title, kind, theirs, ours });
      const key = one("", null, null).key;
      const overwrite = options.overwrite.includes(key);
      if (!there) differences.push(one("added", null, text));
      else if (there.theirs === there.ours && text === there.ours) same++;
      else if (there.theirs === text || there.kept === text || (options.keep.includes(key))) same++;
      else if (overwrite) differences.push(one(there.theirs === null ? "added" : "changed", there.theirs, text));
      else if (there.theirs === there.ours) differences.push(one("changed", there.theirs, text));
      else if (there.theirs === null) conflicts.push(one("gone", null, text));
      else conflicts.push(one(text === there.ours ? "edited" : "conflict", there.theirs, text));
    }
    for (const [chapter_id, { title, parts }] of kept?.chapters ?? []) {
      if (!book.chapters.some((chapter) => chapter.id === chapter_id)) for (const [part, { theirs }] of parts) differences.push({ key: `${chapter_id}/${part}@${theirs ?? ""}`, chapter_id, chapter: title, kind: "removed", theirs, ours: null });
    }
    const count = (kind: string) => differences.filter((one) => one.kind === kind).length;
    const document = options.document ?? kept?.document ?? null;
    return { document, url: document === null ? null : url(document), added: count("added"), changed: count("changed"), same, removed: count("removed"), conflicts, differences };
  }
  take(id: string, keys: string[]): Chapter[] {
    const book = structuredClone(this.host.book(id));
    const taken = new Set<Chapter>();
    for (const { chapter, part, there } of this.#parts(book)) {
      if (!keys.includes(`${chapter.id}/${part}@${there?.theirs ?? ""}`) || there?.theirs == null) continue;
      chapter.parts[part] = there.theirs;
      taken.add(chapter);
    }
    return [...taken];
  }
  async publish(id: string, options: PublishOptions): Promise<Published> {
    const planned = this.plan(id, options);
    const book = this.host.book(id);
    this.underWay = { part: "chapters", done: 0, of: book.chapters.length, title: book.chapters[0]?.title ?? "" };
    try {
      await this.#wait();
      const at = this.host.time();
      const kept: Kept = this.kept.get(id) ?? { document: planned.document ?? "doc-1", at, by: "", chapters: new Map() };
      const left = new Set(planned.conflicts.map(({ key }) => key));
      const chapters: Kept["chapters"] = new Map();
      for (const { chapter, part, text, there } of this.#parts(book)) {
        if (!chapters.has(chapter.id)) chapters.set(chapter.id, { title: chapter.title, at, parts: new Map() });
        const key = `${chapter.id}/${part}@${there?.theirs ?? ""}`;
        const stays = there !== undefined && (left.has(key) || options.keep.includes(key));
        chapters.get(chapter.id)!.parts.set(part, stays ? { ...there, kept: options.keep.includes(key) ? text : there.kept } : { ours: text, theirs: text, kept: null });
      }
      this.kept.set(id, { ...kept, at, by: this.host.name(), chapters });
      return { ...planned, document: kept.document, url: url(kept.document) };
    } finally {
      this.underWay = null;
    }
  }

  #stop: (() => void) | null = null;
  async #wait(): Promise<void> {
    this.#cancelled = false;
    if (this.gate) await Promise.race([this.gate, new Promise<void>((resolve) => { this.#stop = resolve; })]);
    this.#stop = null;
    if (this.#cancelled) this.host.refuse({ kind: "google_cancelled", message: "やめました", hints: [] });
  }
  #parts(book: Book) {
    return book.chapters.flatMap((chapter) => PARTS.filter((part) => chapter.parts[part].trim() !== "").map((part) => ({ chapter, part, text: chapter.parts[part], there: this.kept.get(book.id)?.chapters.get(chapter.id)?.parts.get(part) })));
  }
}

const url = (document: string) => `https://docs.google.com/document/d/${document}/edit`;
