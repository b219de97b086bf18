// What the whole window knows: the workspace, the person's settings, where they are, and what just happened.
import { call, problemOf } from "./core";
import type { ActionView, Entry, LastPlace as Remembered, Problem, Settings, Start, Suggestions, Template } from "./core.gen";
import { t, useLanguage } from "./text.svelte";
import { works } from "./work.svelte";

export type Place =
  | { name: "welcome" }
  | { name: "today" }
  | { name: "library"; query?: string }
  | { name: "actions"; view?: ActionView }
  | { name: "editor"; id: string; fresh?: boolean; toGap?: boolean; field?: string; review?: boolean; opened?: Entry }
  | { name: "training"; book?: string }
  | { name: "settings" };

export interface Toast { id: number; text: string; kind: "done" | "problem" | "working"; hints: string[]; action?: { label: string; run: () => void } }

class Session {
  start = $state.raw<Start | null>(null);
  /** The template that the open entry was written with; null while none is open. */
  written = $state.raw<Template | null>(null);
  problem = $state.raw<Problem | null>(null);
  settings = $state.raw<Settings>({ name: "", team: null, language: "ja", theme: "system", text_size: 100, single_keys: true, skip_welcome: false });
  place = $state.raw<Place>({ name: "today" });
  toasts = $state<Toast[]>([]);
  suggestions = $state.raw<Suggestions | null>(null);

  #past = $state.raw<Place[]>([]);
  #future = $state.raw<Place[]>([]);
  #leaving: (() => Promise<void>) | null = null;
  #nextToast = 1;
  #remembered = "null";
  #remembering: Promise<unknown> = Promise.resolve();

  /** The template of the open entry, else the one in force. */
  get template(): Template | null { return this.written ?? this.start?.template ?? null; }

  get canGoBack() { return this.#past.length > 0; }
  get canGoForward() { return this.#future.length > 0; }

  async load(): Promise<void> {
    try {
      this.opened(await works.run(["open"], t("work.open"), () => call("start", {}), { apart: true }));
      this.problem = null;
    } catch (thrown) {
      this.problem = problemOf(thrown);
    }
  }

  /** Takes another workspace, or this one for the first time. */
  opened(start: Start): void {
    this.start = start;
    this.suggestions = null;
    this.#past = [];
    this.#future = [];
    this.#apply(start.settings);
    const first = start.entries === 0 && !start.sample && !start.settings.skip_welcome;
    const { resumed } = start;
    this.#remembered = JSON.stringify(resumed && { id: resumed.entry.document.id, field: resumed.field } satisfies Remembered | null);
    // As if the person had come from today's page, so that going back leads there.
    if (resumed) this.#past = [{ name: "today" }];
    this.place = resumed ? { name: "editor", id: resumed.entry.document.id, opened: resumed.entry, ...(resumed.field === null ? {} : { field: resumed.field }) } : { name: first ? "welcome" : "today" };
    if (start.template_problem) this.tell(start.template_problem.message, start.template_problem.hints);
  }

  #apply(settings: Settings): void {
    this.settings = settings;
    useLanguage(settings.language);
    const root = document.documentElement;
    if (settings.theme === "system") root.removeAttribute("data-theme");
    else root.dataset.theme = settings.theme;
    root.style.fontSize = `${settings.text_size * 0.16}px`;
    this.measure();
  }

  /** How much fits beside each other depends on the window and on the size of the text. */
  measure(): void {
    const room = (window.innerWidth * 100) / this.settings.text_size;
    document.documentElement.classList.toggle("narrow", room < 1360);
    document.documentElement.classList.toggle("slim", room < 900);
  }

  /** Counts the entries anew, after many came in. */
  async recount(): Promise<void> {
    const start = await call("start", {});
    if (this.start) this.start = { ...this.start, entries: start.entries };
    this.suggestions = null;
  }

  /** Changes settings at once, and takes them back where they cannot be kept. */
  async change(part: Partial<Settings>): Promise<void> {
    const before = this.settings;
    this.#apply({ ...before, ...part });
    try {
      this.#apply(await call("settings_set", { settings: this.settings }));
    } catch (thrown) {
      this.#apply(before);
      this.fail(thrown);
    }
  }

  /** Remembers where the person writes, or that they left the writing. The next window opens there. */
  remember(place: Remembered | null): void {
    const name = JSON.stringify(place);
    if (!this.start || name === this.#remembered) return;
    this.#remembered = name;
    // One after the other; where it cannot be kept, the next window begins with today's page.
    this.#remembering = this.#remembering.then(() => call("remember_place", { place })).catch(() => {});
  }

  /** The screen that is left may finish its writing first. Answers how to withdraw the wish. */
  beforeLeaving(finish: () => Promise<void>): () => void {
    this.#leaving = finish;
    return () => { if (this.#leaving === finish) this.#leaving = null; };
  }
  finish(): Promise<void> {
    return this.#leaving?.() ?? Promise.resolve();
  }

  go(place: Place): void {
    void this.finish();
    this.#past = [...this.#past, this.place].slice(-50);
    this.#future = [];
    this.place = place;
  }
  back(): void {
    const place = this.#past.at(-1);
    if (!place) return;
    void this.finish();
    this.#past = this.#past.slice(0, -1);
    this.#future = [this.place, ...this.#future];
    this.place = place;
  }
  forward(): void {
    const [place, ...rest] = this.#future;
    if (!place) return;
    void this.finish();
    this.#past = [...this.#past, this.place];
    this.#future = rest;
    this.place = place;
  }
  /** Forgets an entry that can no longer be opened. */
  forget(id: string): void {
    const keep = (place: Place) => place.name !== "editor" || place.id !== id;
    this.#past = this.#past.filter(keep);
    this.#future = this.#future.filter(keep);
  }

  async write(title = ""): Promise<void> {
    try {
      const entry = await call("create", { title });
      if (this.start) this.start = { ...this.start, entries: this.start.entries + 1 };
      this.go({ name: "editor", id: entry.document.id, fresh: true });
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  async suggest(): Promise<void> {
    try {
      this.suggestions = await call("suggestions", {});
    } catch {
      // Completion is a help; without it people type.
    }
  }

  toast(text: string, action?: Toast["action"]): void {
    this.#show({ text, kind: "done", hints: [], ...(action ? { action } : {}) });
  }
  fail(thrown: unknown): void {
    const problem = problemOf(thrown);
    // What a person has stopped is no trouble.
    if (problem.kind === "cancelled") return this.toast([problem.message, ...problem.hints].join("　"));
    this.#show({ text: problem.message, kind: "problem", hints: problem.hints });
  }
  /** Says what cannot be done, and what can. */
  tell(text: string, hints: string[]): void {
    this.#show({ text, kind: "problem", hints });
  }
  /** Says that something takes a while, until the returned function is called. */
  working(text: string): () => void {
    const id = this.#show({ text, kind: "working", hints: [] });
    return () => this.dismiss(id);
  }
  dismiss(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }
  #show(toast: Omit<Toast, "id">): number {
    const id = this.#nextToast++;
    this.toasts = [...this.toasts.slice(-2), { id, ...toast }];
    if (toast.kind === "done") setTimeout(() => this.dismiss(id), 10_000);
    return id;
  }
}

export const session = new Session();
