// The core as the window sees it, in memory. Merges like the real one, as far as a test can tell.
import type { ActionView, Agreed, AlertMonth, Assignment, Attachment, Calls, ChangeRow, Dismissed, Hinted, LastPlace, Member, Postmortem, Problem, Row, Settings, Start, Template, WhyNode, Work, WorkProgress } from "../../src/core.gen";
import { equal, write } from "../../src/document/address";
import { merge } from "../../src/document/merge";
import { isCovered, rootCauses } from "../../src/document/causes";
import { isPlanned } from "../../src/document/effect";
import { asksWhy } from "../../src/document/whyNot";
import { actionsOf, inView, olderOf, provenOf, sorted } from "./actions";
import { FakeBooks } from "./books";
import { FakeGoogle } from "./google";
import { lacksOf, latest, stateOf } from "./review";
import { blank, sampleEntries, template } from "./sample";

interface Stored { document: Postmortem; deletedAt: string | null; createdAt: string; updatedAt: string; by: string; history: { row: ChangeRow; document: Postmortem }[] }

export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(JSON.stringify(problem));
  }
}

export class FakeCore {
  settings: Settings = { name: "森下 あおい", team: "msp", language: "ja", theme: "system", text_size: 100, single_keys: true, skip_welcome: false };
  readonly entries = new Map<string, Stored>();
  readonly revisions = new Map<string, Postmortem>();
  readonly files = new Map<string, string>();
  readonly calls: { name: string; args: unknown }[] = [];
  sample = false;
  recovery: Start["recovery"] = null;
  /** Refuses the next calls of that name until it is taken away. */
  readonly refusing = new Map<string, Problem>();
  /** Holds calls of that name back until released. */
  readonly gates = new Map<string, Promise<void>>();
  members: Member[] = [{ name: "森下 あおい", team: "msp" }, { name: "大西", team: "msp" }, { name: "佐伯", team: "second_line" }, { name: "藤井", team: "msp" }];
  /** By entry, the names of those who have read it. */
  readonly readers = new Map<string, Set<string>>();
  /** Where the person was writing when the window was last open. */
  place: LastPlace | null = null;
  template: Template = template;
  templateText = "id = \"standard\"\nversion = 1\n";
  readonly templates = new Map([["standard@1", template]]);
  readonly training: FakeBooks = new FakeBooks({ open: (id) => this.#find(id).document, time: () => this.#time(), published: (book, chapter) => this.google.published(book, chapter) });
  readonly google: FakeGoogle = new FakeGoogle({ book: (id) => this.training.books.get(id)!, unreviewed: (id) => this.training.review(id).unreviewed, time: () => this.#time(), name: () => this.settings.name, refuse: (problem) => { throw new Refusal(problem); } });
  savePath: string | null = "/tmp/out";
  now = Date.parse("2025-11-18T14:32:00+09:00");
  #next = 1;

  fill(documents = sampleEntries()): this {
    for (const document of documents) this.#store(document);
    this.sample = true;
    return this;
  }

  async handle(name: string, args: Record<string, unknown>): Promise<unknown> {
    this.calls.push({ name, args });
    await this.gates.get(name);
    const refusal = this.refusing.get(name);
    if (refusal) throw new Refusal(refusal);
    const own = (this as unknown as Record<string, ((args: never) => unknown) | undefined>)[`on_${name}`];
    if (!own) throw new Refusal({ kind: "unknown_call", message: `\`${name}\``, hints: [] });
    return own.call(this, args as never);
  }

  /** As when the command line edits an entry. */
  edit(id: string, change: (document: Postmortem) => void): void {
    const stored = this.#find(id);
    const next = structuredClone(stored.document);
    change(next);
    this.#keep(stored, next, "CLI");
  }

  on_start(): Start {
    const alive = [...this.entries.values()].filter(({ deletedAt }) => deletedAt === null);
    return { settings: this.settings, workspace: "/home/aoi/Yokoten", entries: alive.length, sample: this.sample, template: this.template, template_problem: null, recovery: this.recovery, resumed: this.#resumed(), version: "0.1.0" };
  }
  #resumed(): Start["resumed"] {
    const stored = this.place && this.entries.get(this.place.id);
    return stored && stored.deletedAt === null ? { entry: this.on_open(this.place!), field: this.place!.field } : null;
  }
  on_remember_place({ place }: Calls["remember_place"]["args"]) { this.place = place; return null; }
  on_open_sample() { return this.fill().on_start(); }
  on_open_workspace() { return this.on_start(); }
  on_settings_set({ settings }: Calls["settings_set"]["args"]) { return (this.settings = settings); }

  on_list({ query }: Calls["list"]["args"]): Calls["list"]["result"] {
    const all = [...this.entries.values()]
      .filter(({ deletedAt }) => (deletedAt !== null) === query.deleted)
      .filter(({ document }) => query.status === null || document.status === query.status)
      .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
    return { total: all.length, items: all.slice(query.offset, query.offset + query.limit).map((one) => this.#row(one)) };
  }
  on_search({ query: { text: query, offset, limit } }: Calls["search"]["args"]): Calls["search"]["result"] {
    const escape = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
    const hits = [...this.entries.values()].filter(({ deletedAt }) => deletedAt === null).flatMap(({ document }) => {
      const fields: [string, string][] = [["title", document.title], ...Object.entries(document.sections), ["countermeasure", document.countermeasures.map(({ text }) => text).join(" ")]];
      const found = fields.find(([, text]) => text.toLowerCase().includes(query.toLowerCase()));
      if (!found) return [];
      const at = found[1].toLowerCase().indexOf(query.toLowerCase());
      const snippet = `${escape(found[1].slice(Math.max(0, at - 40), at))}<mark>${escape(found[1].slice(at, at + query.length))}</mark>${escape(found[1].slice(at + query.length, at + 80))}`;
      return [{ id: document.id, number: document.number, title: document.title, marked_title: escape(document.title), field: found[0], snippet, score: 1 }];
    });
    return { total: hits.length, counted: true, hits: hits.slice(offset, offset + limit), widened: [] };
  }
  on_facets({ query }: Calls["facets"]["args"]): Calls["facets"]["result"] {
    const found = this.on_search({ query: { ...query, offset: 0, limit: 10_000 } }).hits.map(({ id }) => this.entries.get(id)!.document);
    const count = (values: (string | null)[]) => [...new Set(values.filter((value): value is string => Boolean(value)))].map((value) => ({ value, count: values.filter((one) => one === value).length })).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
    return { total: found.length, more: false, customers: count(found.map(({ customer }) => customer)), services: count(found.map(({ service }) => service)), statuses: count(found.map(({ status }) => status)), occurrence: count(found.map(({ occurrence_category: code }) => code)), escape: count(found.map(({ escape_category: code }) => code)), months: count(found.map(({ occurred_at: at }) => at?.slice(0, 7) ?? null)).sort((a, b) => (a.value < b.value ? -1 : 1)) };
  }
  on_marks({ id, query }: Calls["marks"]["args"]): Calls["marks"]["result"] {
    const { document } = this.entries.get(id)!;
    const escape = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
    return Object.entries(document.sections).map(([field, text]) => ({ field, text: escape(text).split(escape(query)).join(`<mark>${escape(query)}</mark>`) }));
  }
  synonyms: string[][] = [];
  on_synonyms() { return this.synonyms; }
  on_synonyms_set({ groups }: Calls["synonyms_set"]["args"]) { return (this.synonyms = groups.filter((words) => words.length > 1)); }
  saved: Calls["saved_searches"]["result"] = [];
  on_saved_searches() { return this.saved; }
  on_saved_searches_set({ searches }: Calls["saved_searches_set"]["args"]) { return (this.saved = searches); }
  on_similar({ id }: Calls["similar"]["args"]): Calls["similar"]["result"] {
    const own = this.entries.get(id)?.document;
    const alike = [...this.entries.values()].map(({ document }) => document).filter((document) => document.id !== id && own?.occurrence_category && document.occurrence_category === own.occurrence_category);
    return { hits: alike.slice(0, 5).map((document) => ({ id: document.id, number: document.number, title: document.title, score: 0.5, customer: document.customer, occurred_at: document.occurred_at, because: ["連絡先"], worked: document.countermeasures.filter((one) => one.effect.verdict === "effective").map((one) => one.text) })) };
  }
  on_suggestions(): Calls["suggestions"]["result"] {
    const all = [...this.entries.values()].map(({ document }) => document);
    const unique = (values: string[]) => [...new Set(values.filter(Boolean))];
    return {
      customers: unique(all.map((one) => one.customer)), services: unique(all.map((one) => one.service)),
      alert_sources: unique(all.map((one) => one.alert.source)), alert_names: unique(all.map((one) => one.alert.name)),
      runbooks: unique(all.map((one) => one.runbook.title)).map((title) => ({ title, url: all.find((one) => one.runbook.title === title)!.runbook.url })),
      owners: unique(all.flatMap((one) => one.countermeasures.map(({ owner }) => owner))), tags: unique(all.flatMap((one) => one.tags)),
      people: unique(this.members.map(({ name }) => name)),
    };
  }
  on_create({ title }: Calls["create"]["args"]) {
    const document = blank(crypto.randomUUID(), `PM-${String(200 + this.#next++).padStart(4, "0")}`);
    document.title = title;
    this.#store(document);
    return this.on_open({ id: document.id });
  }
  on_open({ id }: Calls["open"]["args"]): Calls["open"]["result"] {
    const stored = this.#find(id);
    return { document: structuredClone(stored.document), revision: this.#revision(stored.document), created_at: stored.createdAt, updated_at: stored.updatedAt, updated_by: stored.by, deleted_at: stored.deletedAt, template: this.templates.get(stored.document.template) ?? this.template };
  }
  on_edit({ id, base, set }: Calls["edit"]["args"]): Calls["edit"]["result"] {
    const stored = this.#find(id);
    const from = this.revisions.get(base);
    if (!from) throw new Refusal({ kind: "unknown_revision", message: "編集の元になった版が見つかりません", hints: [] });
    const mine = structuredClone(from);
    for (const { path, value } of set as Assignment[]) write(mine, path, structuredClone(value));
    this.#keep(stored, merge(from, mine, stored.document) as Postmortem, this.settings.name);
    return { branch: this.#revision(mine), revision: this.#revision(stored.document), at: stored.updatedAt, document: structuredClone(stored.document) };
  }
  on_delete({ id }: Calls["delete"]["args"]) {
    const stored = this.#find(id);
    stored.deletedAt = this.#time();
    return this.#row(stored);
  }
  on_restore({ id }: Calls["restore"]["args"]) {
    const stored = this.#find(id);
    stored.deletedAt = null;
    return this.#row(stored);
  }
  on_transition({ id, status }: Calls["transition"]["args"]) {
    const stored = this.#find(id);
    const lacks = lacksOf(stored.document, status);
    if (lacks.length > 0) throw new Refusal({ kind: status === "verified" ? "not_verifiable" : "not_publishable", message: `まだ進められません。足りないものが ${lacks.length} あります`, hints: lacks.map(({ text }) => text) });
    return this.#answer(stored, { ...structuredClone(stored.document), status });
  }
  on_review_state({ id }: Calls["review_state"]["args"]) {
    const stored = this.#find(id);
    return stateOf(stored.document, stored.history);
  }
  on_review({ id, verdict, note }: Calls["review"]["args"]) {
    const { name, team } = this.settings;
    if (!team) throw new Refusal({ kind: "no_team", message: "どちらのチームのレビューか、わかりません", hints: [] });
    return this.#rewrite(id, (document) => {
      document.reviews.push({ team, reviewer: name, at: this.#time(), verdict });
      if (note.trim() !== "") document.comments.push(this.#comment("reviews", note));
    });
  }
  on_review_requests({ limit }: Calls["review_requests"]["args"]): Calls["review_requests"]["result"] {
    const { team } = this.settings;
    const items = this.#alive().filter(({ status }) => status === "in_review").flatMap((document) => {
      const waits = (["msp", "second_line"] as const).filter((one) => (team === null || one === team) && latest(document, one)?.verdict !== "approved");
      return waits.slice(0, 1).map((one) => ({ entry: this.#row(this.#find(document.id)), team: one, asked: latest(document, one) !== undefined }));
    });
    return { total: items.length, items: items.slice(0, limit) };
  }
  on_paste_steps({ text }: Calls["paste_steps"]["args"]) {
    return text.split("\n").map((line) => line.replace(/^\s*(?:\d+[.)]|[①-⑳]|手順\d+)\s*/, "")).filter(Boolean);
  }
  on_divergence({ id }: Calls["divergence"]["args"]): Calls["divergence"]["result"] {
    const { timeline, runbook } = this.#find(id).document;
    const row = timeline.find(({ step_outcome }) => step_outcome !== null && step_outcome !== "done");
    return row ? { row: row.id, step: runbook.steps.some((step) => step.id === row.step) ? row.step : null, outcome: row.step_outcome! } : null;
  }
  on_comment({ id, on, text }: Calls["comment"]["args"]) {
    return this.#rewrite(id, (document) => { document.comments.push(this.#comment(on, text)); });
  }
  on_reply({ id, comment, text }: Calls["reply"]["args"]) {
    return this.#rewrite(id, (document) => { document.comments.find((one) => one.id === comment)!.replies.push({ id: crypto.randomUUID(), by: this.settings.name, at: this.#time(), text: text.trim() }); });
  }
  on_resolve({ id, comment, resolved }: Calls["resolve"]["args"]) {
    return this.#rewrite(id, (document) => { document.comments.find((one) => one.id === comment)!.resolved = resolved; });
  }
  on_history({ id, offset, limit }: Calls["history"]["args"]) {
    const rows = this.#find(id).history.map(({ row }) => row).toReversed();
    return { total: rows.length, items: rows.slice(offset, offset + limit) };
  }
  on_history_at({ id, change }: Calls["history_at"]["args"]) {
    return structuredClone(this.#find(id).history.find(({ row }) => row.change === change)!.document);
  }
  on_history_restore({ id, change }: Calls["history_restore"]["args"]) {
    return this.#answer(this.#find(id), this.on_history_at({ id, change }));
  }
  on_attach({ id, name, base64 }: Calls["attach"]["args"]): Attachment {
    const bytes = Buffer.from(base64, "base64");
    if (bytes.length > 25 * 1024 * 1024) throw new Refusal({ kind: "too_large", message: `ファイルが大きすぎます(${Math.round(bytes.length / 1048576)} MB、上限は 25 MB)`, hints: ["画像は縮小し、大きなファイルは共有フォルダに置いてリンクしてください"] });
    const hash = [...bytes.subarray(0, 64)].reduce((sum, byte) => (sum * 31 + byte) >>> 0, bytes.length).toString(16).padStart(64, "0");
    const image = bytes.subarray(1, 4).toString() === "PNG";
    this.files.set(hash, `data:${image ? "image/png" : "application/octet-stream"};base64,${base64}`);
    const kept: Attachment = { hash, name, caption: "", media_type: image ? "image/png" : "text/plain" };
    const stored = this.#find(id);
    if (!stored.document.attachments.some((there) => there.hash === hash)) this.#keep(stored, { ...structuredClone(stored.document), attachments: [...stored.document.attachments, kept] }, this.settings.name);
    return kept;
  }
  on_attachment_data({ hash }: { hash: string }) {
    const found = this.files.get(hash);
    if (!found) throw new Refusal({ kind: "not_found", message: "添付が見つかりません", hints: [] });
    return found;
  }
  on_export({ path }: Calls["export"]["args"]) { return { path, bytes: 48_213 }; }
  on_backup({ path }: Calls["backup"]["args"]) { return { path, bytes: 1_048_576 }; }
  on_verify() { return { entries: this.entries.size, changes: 412, attachments: this.files.size, faults: [] }; }
  on_choose_save_path({ suggested }: { suggested: string }) { return this.savePath === null ? null : `${this.savePath}/${suggested}`; }
  on_choose_open_path() { return "/tmp/office.yokoten"; }
  on_import_bundle(): Calls["import_bundle"]["result"] {
    this.fill();
    this.sample = false;
    return { added: this.entries.size, updated: 2, skipped: 1, problems: [{ where: "PM-0150", message: "添付がひとつ読めません" }] };
  }
  /** What was counted; of an alert and month the latest. */
  alertCounts: AlertMonth[] = [];
  on_alert_counts() { return this.alertCounts; }
  on_alert_count_add({ alert, month, count }: Calls["alert_count_add"]["args"]) {
    this.alertCounts = [...this.alertCounts.filter((one) => one.alert !== alert || one.month !== month), { alert, month, count, source: "manual", by: this.settings.name, at: "" }];
    return this.alertCounts;
  }
  on_actions({ query }: Calls["actions"]["args"]): Calls["actions"]["result"] {
    const all = this.#alive().flatMap((document) => actionsOf(document, this.#today(), this.alertCounts));
    const mine = [this.settings.name, this.settings.team === "msp" ? "MSP" : "二次運用"];
    const of = (view: ActionView) => all.filter(inView(view, this.#today(), mine));
    const found = sorted(of(query.view), query);
    const counts = { all: all.length, mine: of("mine").length, due: of("due").length, overdue: of("overdue").length, interim: of("interim").length, checks: of("checks").length };
    return { total: found.length, items: found.slice(query.offset, query.offset + query.limit), counts };
  }
  on_actions_export({ path }: Calls["actions_export"]["args"]) { return { path, bytes: 2048 }; }
  on_actions_message({ query }: Calls["actions_message"]["args"]) { return this.on_actions({ query: { ...query, offset: 0, limit: 30 } }).items.map(({ number, text }) => `• ${number} ${text}`).join("\n"); }
  /** A few words stand for what the core knows. */
  on_advise({ document }: Calls["advise"]["args"]): Calls["advise"]["result"] {
    const known: [string, string, string][] = [["確認不足", "weak_check", "何を、どの画面で、何と照合すべきでしたか。"], ["周知する", "weak_action", "半年後に入る人にも効きますか。"]];
    const look = (field: string, text: string, node?: string): Hinted[] => known.flatMap(([found, code, question]) => [...text.matchAll(new RegExp(found, "g"))].map(({ index }) => {
      const sentence = text.split(/(?<=[。\n])/).find((_, at, all) => all.slice(0, at + 1).join("").length > index)!;
      return { code, field, ...(node === undefined ? {} : { node }), start: index, end: index + found.length, found, sentence, question };
    }));
    const { sections, causes, countermeasures } = document;
    const walk = (nodes: WhyNode[], path: WhyNode[] = []): WhyNode[][] => nodes.flatMap((node) => [[node, ...path], ...walk(node.children, [node, ...path])]);
    const sides = ["occurrence", "escape"] as const;
    const advice = [
      ...Object.entries(sections).flatMap(([field, text]) => (typeof text === "string" ? look(field, text) : [])),
      ...sides.flatMap((side) => walk(causes[side]).flatMap(([node]) => look(`${side}_cause`, node!.text, node!.id))),
      ...countermeasures.flatMap(({ id, text }) => look("countermeasure", text, id)),
    ];
    const left = (document.dismissed as (Dismissed & { sentence?: string })[]).map(({ code, field, found, sentence }) => [code, field, found, sentence].join());
    return {
      advice: advice.filter(({ code, field, found, sentence }) => !left.includes([code, field, found, sentence].join())),
      chains: sides.flatMap((side) => walk(causes[side]).filter(([node]) => node!.root).map((path) => ({ side, nodes: path.map(({ id }) => id), sentence: `${path.map(({ text }) => text).join("。だから、")}。`, text: path.map(({ text }) => text).join("\n"), agreed: (document.agreed as Agreed[]).some((one) => one.side === side && one.text === path.map(({ text }) => text).join("\n")) }))),
      proposals: Object.fromEntries(countermeasures.filter(({ text }) => text.includes("自動")).map(({ id }) => [id, { method: "replace" as const, strength: 4, found: "自動" }])),
    };
  }
  on_recurrences({ id }: Calls["recurrences"]["args"]) { return olderOf(this.#find(id).document, this.#alive(), this.#today()); }
  on_suspects(): Calls["suspects"]["result"] {
    return this.#alive().filter(({ status }) => status === "draft" || status === "in_review").map((document) => ({ entry: this.#row(this.#find(document.id)), older: olderOf(document, this.#alive(), this.#today()) })).filter(({ older }) => older.length > 0);
  }
  on_proven({ side, text, limit }: Calls["proven"]["args"]) { return provenOf(this.#alive(), this.#today()).filter(({ action }) => action.side === side && action.text.includes(text)).slice(0, limit); }
  on_quoted({ addresses }: Calls["quoted"]["args"]) {
    return Object.fromEntries(this.#alive().flatMap((document) => actionsOf(document, this.#today())).map((action) => [`postmortem:${action.entry}#${action.id}`, action] as const).filter(([address]) => addresses.includes(address)));
  }
  on_spread({ id }: Calls["spread"]["args"]) {
    const readers = this.readers.get(id) ?? new Set<string>();
    return { read: readers.has(this.settings.name), readers: this.members.filter(({ name }) => readers.has(name)).length, members: this.members.length };
  }
  on_unread({ limit }: Calls["unread"]["args"]): Calls["unread"]["result"] {
    const unread = this.#alive().filter(({ id, status }) => (status === "published" || status === "verified") && !this.on_spread({ id }).read);
    return { total: unread.length, lessons: unread.slice(0, limit).map(({ id, number, title, service, sections }) => ({ id, number, title, service, lesson: sections.lessons, spread: this.on_spread({ id }) })) };
  }
  on_mark_read({ id, note }: Calls["mark_read"]["args"]) {
    const stored = this.#find(id);
    const { name } = this.settings;
    if (note.trim() !== "") this.#keep(stored, { ...structuredClone(stored.document), comments: [...stored.document.comments, { id: crypto.randomUUID(), on: "sections.lessons", by: name, at: this.#time(), text: note.trim(), resolved: false, replies: [] }] }, name);
    this.readers.set(id, new Set([...(this.readers.get(id) ?? []), name]));
    return this.on_spread({ id });
  }
  on_template_text(): Calls["template_text"]["result"] { return { text: this.templateText, template: this.template, problem: null }; }
  on_template_check({ text }: Calls["template_check"]["args"]): Template {
    const broken = text.split("\n").findIndex((line) => /=\s*$/.test(line));
    if (broken >= 0) throw new Refusal({ kind: "template", message: `テンプレートの ${broken + 1}行目を読めません(値がありません)`, hints: ["その行を直してください"] });
    const lead = /lead = "([^"]*)"/.exec(text)?.[1];
    return lead === undefined ? this.template : { ...this.template, sections: this.template.sections.map((section, index) => (index === 0 ? { ...section, lead: { ja: lead, en: lead } } : section)) };
  }
  on_template_set({ text }: Calls["template_set"]["args"]): Calls["template_set"]["result"] {
    const next = this.on_template_check({ text });
    this.template = { ...next, version: this.template.version + 1 };
    this.templates.set(`standard@${this.template.version}`, this.template);
    this.templateText = text;
    return { text, template: this.template, problem: null };
  }
  on_template_move({ id }: Calls["template_move"]["args"]) {
    this.#rewrite(id, (document) => { document.template = `standard@${this.template.version}`; });
    return this.on_open({ id });
  }
  on_members() { return this.members; }
  on_members_set({ members }: Calls["members_set"]["args"]) { return (this.members = members.filter(({ name }) => name.trim() !== "")); }
  on_books() { return this.training.books_(); }
  on_book_new({ title }: Calls["book_new"]["args"]) { return this.training.make(title); }
  on_book_open({ id }: Calls["book_open"]["args"]) { return this.training.open(id); }
  on_book_add(args: Calls["book_add"]["args"]) { return this.training.add(args); }
  on_book_edit(args: Calls["book_edit"]["args"]) { return this.training.edit(args); }
  on_book_decide({ id, chapter, slot, decision }: Calls["book_decide"]["args"]) { return this.training.decide(id, chapter, slot, decision); }
  on_book_delete({ id }: Calls["book_delete"]["args"]) { this.training.books.delete(id); return null; }
  on_book_review({ id }: Calls["book_review"]["args"]) { return this.training.review(id); }
  on_book_mask({ id, masks }: Calls["book_mask"]["args"]) { return this.training.mask(id, masks); }
  on_book_unmask({ id, text }: Calls["book_unmask"]["args"]) { return this.training.unmask(id, text); }
  on_book_seen({ id, hash, seen }: Calls["book_seen"]["args"]) { return this.training.seen(id, hash, seen); }
  on_masking_words() { return this.training.words; }
  on_masking_words_set({ words }: Calls["masking_words_set"]["args"]) { return (this.training.words = words.filter((word) => word.trim() !== "")); }
  on_question_of_the_day() { return this.training.today(); }
  on_study_answers() { return this.training.answers; }
  on_study_answer(args: Calls["study_answer"]["args"]) { return this.training.answer(args); }
  on_google_state({ book }: Calls["google_state"]["args"]) { return this.google.state(book); }
  on_google_client_set({ id, secret }: Calls["google_client_set"]["args"]) { return this.google.setClient(id, secret); }
  on_google_sign_in({ pick }: Calls["google_sign_in"]["args"]) { return this.google.signIn(pick); }
  on_google_sign_out() { this.google.signedIn = false; return null; }
  on_google_plan({ id, options }: Calls["google_plan"]["args"]) { return this.google.plan(id, options); }
  on_google_take({ id, keys }: Calls["google_take"]["args"]) { return this.google.take(id, keys); }
  on_google_publish({ id, options }: Calls["google_publish"]["args"]) { return this.google.publish(id, options); }
  /** Work that is under way, held until it is released or stopped. */
  readonly works = new Map<Work, { at: WorkProgress; stop: (problem: Problem) => void }>();
  on_work({ what }: Calls["work"]["args"]) { return what === "google" ? this.google.underWay : this.works.get(what)?.at ?? null; }
  on_work_cancel({ what }: Calls["work_cancel"]["args"]) {
    if (what === "google") this.google.cancel();
    this.works.get(what)?.stop({ kind: "cancelled", message: "やめました", hints: ["なにも変わっていません"] });
    return null;
  }
  /** Holds the calls `name`, which are the work `what` and so far, until the returned function is called. */
  hold(name: keyof Calls | "open_sample" | "open_workspace", what: Work, at: WorkProgress): () => void {
    let release = () => {};
    const gate = new Promise<void>((resolve, reject) => {
      release = () => { this.works.delete(what); this.gates.delete(name); resolve(); };
      this.works.set(what, { at, stop: (problem) => { this.works.delete(what); this.gates.delete(name); reject(new Refusal(problem)); } });
    });
    gate.catch(() => {});
    this.gates.set(name, gate);
    return release;
  }
  on_choose_folder() { return null; }
  on_open_link() { return null; }
  on_reveal() { return null; }

  #find(id: string): Stored {
    const stored = this.entries.get(id);
    if (!stored) throw new Refusal({ kind: "not_found", message: `\`${id}\` が見つかりません`, hints: ["書庫で番号を確かめてください"] });
    return stored;
  }
  #comment(on: string, text: string) {
    return { id: crypto.randomUUID(), on, by: this.settings.name, at: this.#time(), text: text.trim(), resolved: false, replies: [] };
  }
  #rewrite(id: string, change: (document: Postmortem) => void) {
    const stored = this.#find(id);
    const next = structuredClone(stored.document);
    change(next);
    return this.#answer(stored, next);
  }
  #alive(): Postmortem[] {
    return [...this.entries.values()].filter(({ deletedAt }) => deletedAt === null).map(({ document }) => document);
  }
  #today(): string {
    return new Date(this.now + 9 * 3_600_000).toISOString().slice(0, 10);
  }
  #time(): string {
    this.now += 1000;
    return new Date(this.now).toISOString();
  }
  #store(document: Postmortem): void {
    const at = this.#time();
    const stored: Stored = { document, deletedAt: null, createdAt: at, updatedAt: at, by: "森下 あおい", history: [] };
    stored.history.push({ row: { change: 1, at, by: stored.by, team: "msp", summary: "作成", fields: [] }, document: structuredClone(document) });
    this.entries.set(document.id, stored);
  }
  #keep(stored: Stored, next: Postmortem, by: string): void {
    const fields = Object.keys(next).filter((key) => !equal(next[key as keyof Postmortem], stored.document[key as keyof Postmortem]));
    stored.document = next;
    stored.updatedAt = this.#time();
    stored.by = by;
    stored.history.push({ row: { change: stored.history.length + 1, at: stored.updatedAt, by, team: by === "CLI" ? null : this.settings.team, summary: `${fields.join("、")} を編集`, fields }, document: structuredClone(next) });
  }
  #answer(stored: Stored, next: Postmortem): Calls["transition"]["result"] {
    this.#keep(stored, next, this.settings.name);
    const revision = this.#revision(stored.document);
    return { branch: revision, revision, at: stored.updatedAt, document: structuredClone(stored.document) };
  }
  #revision(document: Postmortem): string {
    const name = `r${this.revisions.size + 1}`;
    this.revisions.set(name, structuredClone(document));
    return name;
  }
  #row({ document, deletedAt, createdAt, updatedAt, by }: Stored): Row {
    const { id, number, title, status, defect, occurred_at, customer, service, occurrence_category, escape_category } = document;
    // As the core counts: empty sections, trees without a root cause, uncovered causes, measures without owner or date.
    const causes = rootCauses(document);
    const open = [document.sections.overview, document.sections.problem].filter((text) => text.trim() === "").length
      + (["occurrence", "escape"] as const).filter((side) => !causes.some((cause) => cause.side === side)).length
      + causes.filter((cause) => !isCovered(cause)).length
      + document.countermeasures.filter(({ owner }) => owner.trim() === "").length
      + document.countermeasures.filter(({ term, due }) => term === "permanent" && due === null).length
      + document.countermeasures.filter(({ term, state, effect }) => term === "permanent" && state === "done" && !isPlanned(effect)).length
      + document.countermeasures.filter((measure) => asksWhy(document, measure)).length
      + document.applies_to.filter(({ decision, reason }) => decision === "not_needed" && reason.trim() === "").length;
    return { id, number, title, status, defect, occurred_at, customer, service, alert: document.alert.name, occurrence_category, escape_category, created_at: createdAt, updated_at: updatedAt, updated_by: by, deleted_at: deletedAt, open_points: open };
  }
}

