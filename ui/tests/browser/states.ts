// Every screen and state of the window, for what must hold in all of them.
import type { Page } from "playwright-core";
import { FakeCore } from "../fake/core";
import { main, sampleEntries } from "../fake/sample";
import { openWindow, test, type Look, type Opened } from "./window";

/** How a person reaches each screen and state, by its name. */
export const screens: Record<string, (page: Page) => Promise<unknown>> = {
  welcome: (page) => page.waitForSelector(test("door-write")),
  today: (page) => page.waitForSelector(test("continue")),
  async library(page) { await page.click(test("place-library")); await page.waitForSelector(test("open")); },
  async "library, searching"(page) { await page.click(test("place-library")); await page.fill(test("search"), "再起動"); await page.waitForSelector("mark"); },
  async "library, facets"(page) { await page.click(test("place-library")); await page.fill(test("search"), "再起動"); await page.waitForSelector("mark"); await page.waitForSelector(".facets"); },
  async "library, nothing found"(page) { await page.click(test("place-library")); await page.fill(test("search"), "ない言葉"); await page.getByText("合う記事はありません").waitFor(); },
  async trash(page) { await page.click(test("place-library")); await page.click(test("trash")); },
  async actions(page) { await page.click(test("place-actions")); await page.waitForSelector(test("action")); },
  async "actions, editing"(page) { await page.click(test("place-actions")); await page.waitForSelector(test("action")); await page.keyboard.press("F2"); await page.waitForSelector(test("action-owner")); },
  async "actions, closing"(page) { await page.click(test("place-actions")); await page.waitForSelector(test("action")); await page.keyboard.press("e"); await page.waitForSelector(test("effect-measure")); },
  async settings(page) { await page.click(test("place-settings")); await page.waitForSelector(test("member-name")); await page.waitForSelector(test("template-preview")); },
  async "settings, working"(page) { await page.click(test("place-settings")); await page.click(test("verify")); await page.waitForSelector(test("working")); },
  async opening(page) { await page.reload(); await page.waitForSelector(test("working")); },
  async training(page) { await openBook(page); await page.keyboard.press("Control+5"); await page.waitForSelector(test("today")); },
  async "training, a book"(page) { await openBook(page); await page.waitForSelector(`${test("changed")}`); await page.click(test("places")); },
  async "training, publishing"(page) { await openBook(page); const accept = page.locator(test("google-accept")); if (await accept.count() > 0) await accept.check(); await page.click(test("google-plan")); await page.waitForSelector(test("conflict")); await page.click(test("google-unfold")); await page.waitForSelector(test("google-difference")); },
  async "training, signing in"(page) { await openBook(page); await page.click(test("google-sign-in")); await page.waitForSelector(test("google-problem")); },
  async "training, to learn"(page) { await openBook(page); await page.click(test("study")); await page.click(test("choice")); await page.waitForSelector(test("study-happened")); await page.click(test("drill")); await page.waitForSelector(test("drill-rows")); },
  async "training, entries"(page) { await openBook(page); await page.click(test("add-chapter")); await page.waitForSelector(test("add-entry")); },
  async "start failed"(page) { await page.reload(); await page.waitForSelector("main.failed"); },
  async palette(page) { await page.keyboard.press("Control+k"); await page.waitForSelector(test("palette-input")); await page.fill(test("palette-input"), "再起動"); await page.waitForSelector(`${test("palette")} [role=option]`); },
  async help(page) { await page.click(test("help-open")); await page.waitForSelector(test("help")); },
  async editor(page) { await openMain(page); },
  async "editor, reopened"(page) { await openMain(page); await page.click(test("title")); await page.reload(); await page.waitForSelector(test("title")); },
  async "editor, unfolded"(page) { await openMain(page); for (const section of ["overview", "problem"]) await page.click(`#h-${section} button`); await page.waitForSelector(test("timeline-text")); },
  async "editor, why focused"(page) { await openMain(page); await page.click(test("why-occurrence")); },
  async "editor, measure unfolded"(page) { await openMain(page); await page.click(test("measure-details")); },
  async "editor, similar"(page) { await openMain(page); await showTab(page, "similar"); await page.waitForSelector(test("similar")); },
  async "editor, proven measures"(page) { await openMain(page); await page.click(test("proven-open")); await page.waitForSelector(test("quote")); },
  async "editor, reading"(page) { await page.click(test("lesson")); await page.waitForSelector(test("reading-mark")); },
  async "editor, recurrence"(page) { await page.click(test("suspect")); await page.waitForSelector(test("recurrences")); },
  async "editor, a long text"(page) { await openMain(page); await page.click("#h-problem button"); await page.waitForSelector(".cm-content"); },
  async "editor, a link"(page) { await openMain(page); await page.click("#h-problem button"); await page.click(test("section-problem")); await page.keyboard.press("Control+u"); await page.waitForSelector(test("link-address")); },
  async "editor, saving fails"(page) { await openMain(page); await page.fill(test("title"), "保存できない題"); await page.waitForSelector(`${test("save-state")}[data-state=failed]`); await page.click(test("save-state")); },
  async "editor, asked"(page) { await openMain(page); await page.click(test("section-escape_cause")); await page.keyboard.type("二人目の確認不足だった。"); await page.click(`${test("section-escape_cause")} .weak`); await page.click(test("read-back-escape"), { force: true }); await page.click(`${test("section-escape_cause")} .weak`); },
  async "editor, evidence"(page) { await openMain(page); await showTab(page, "evidence"); },
  async "editor, history"(page) { await openMain(page); await showTab(page, "history"); await page.waitForSelector(test("change")); await page.click(test("change")); },
  async "editor, review"(page) { await openMain(page); await showTab(page, "review"); await page.waitForSelector(test("point")); },
  async "editor, review refused"(page) { await openInReview(page); await page.click(test("transition")); await page.waitForSelector(test("lack")); await page.click(test("ask-changes")); await page.waitForSelector(test("review-note")); },
  async interview(page) { await page.click(test("new-entry")); await page.click(test("interview-begin")); await page.waitForSelector(test("interview")); },
  async "interview, deeper"(page) { await openMain(page); await page.click(test("interview-open")); await page.waitForSelector(test("deeper")); },
  async "editor, divergence"(page) { await openMain(page); await page.click("#h-problem button"); await page.waitForSelector(test("divergence")); },
  async "editor, comments"(page) { await openMain(page); await page.keyboard.press("Control+Shift+M"); await page.waitForSelector(test("comment-new")); await page.fill(test("comment-new"), "どの版ですか"); await page.click(test("comment-send")); await page.waitForSelector(test("comment")); await page.click(test("answer")); await page.waitForSelector(test("comment-answer")); },
  async "editor, export"(page) { await openMain(page); await page.click(test("export-open")); await page.waitForSelector(test("export-docx")); },
  async "editor, exporting"(page) { await openMain(page); await page.click(test("export-open")); await page.click(test("export-pdf")); await page.waitForSelector(test("working")); },
  async "new entry"(page) { await page.click(test("new-entry")); await page.waitForSelector(test("title")); },
};
/** The sample, with an entry that the main one repeats, is like, and can quote a measure of. */
function related() {
  const documents = sampleEntries();
  const older = documents.find(({ number }) => number === "PM-0097")!;
  const { runbook, occurrence_category } = main();
  Object.assign(older, { runbook: { ...runbook, step: "4" }, occurrence_category, escape_category: "E4", occurred_at: "2025-05-01T00:00:00+09:00" });
  older.countermeasures.forEach((measure) => { measure.state = "done"; measure.effect.verdict = "effective"; });
  return documents;
}
async function openMain(page: Page) {
  await page.click(`${test("row")}[data-id="${main().id}"]`);
  await page.waitForSelector(test("title"));
}
async function openInReview(page: Page) {
  await page.click(test("review-request"));
  await page.waitForSelector(test("title"));
}
/** A book with a chapter of the main entry. */
async function openBook(page: Page) {
  await page.keyboard.press("Control+5");
  await page.click(`${test("book")}`);
  await page.waitForSelector(test("part-lessons"));
}
/** Published, then edited on both sides. */
async function conflicts(core: FakeCore, id: string) {
  const { chapters } = core.training.books.get(id)!;
  Object.assign(chapters[0]!.parts, { situation: "一の文。", happened: "二の文。", why: "三の文。", lessons: "四の文。" });
  await core.google.publish(id, { document: null, folder: null, accept_masking: true, inline_pictures: false, keep: [], overwrite: [], take: [] });
  core.google.person(id, chapters[0]!.id, "situation", "一の文を直した。");
  core.google.person(id, chapters[0]!.id, "why", null);
  Object.assign(chapters[0]!.parts, { lessons: "四の文、改。", situation: "一の文、改。" });
}
async function showTab(page: Page, name: string) {
  const tab = page.locator(test(`tab-${name}`));
  if (await tab.getAttribute("aria-expanded") !== "true") await tab.click();
}

/** A window in that state, over entries in which it can be reached. */
export async function openState(name: string, look: Look = {}): Promise<Opened> {
  const core = new FakeCore();
  if (name !== "welcome") core.fill(related());
  if (name === "editor, a long text") core.edit(main().id, (document) => { document.sections.problem = "あ".repeat(20_000); });
  if (name === "editor, saving fails") core.refusing.set("edit", { kind: "full", message: "ディスクに空きがありません", hints: ["空きをつくってください"] });
  if (name.startsWith("training")) {
    const { id } = core.training.make("一次対応 実例集");
    core.training.add({ id, entries: [main().id], together: false });
    if (name === "training, signing in") { core.google.signedIn = false; core.refusing.set("google_sign_in", { kind: "google_declined", message: "サインインが断られました", hints: ["もう一度お試しください"] }); }
    if (name === "training, publishing") await conflicts(core, id);
    if (name === "training, a book") core.edit(main().id, (document) => { document.sections.lessons = "止まる。"; });
  }
  const opened = await openWindow({ core, ...look });
  const { page } = opened;
  await page.waitForSelector(name === "welcome" ? "main" : test("row"));
  if (name === "settings, working") core.hold("verify", "verify", { part: "changes", done: 120_300, of: 412_000, title: "" });
  if (name === "editor, exporting") core.hold("export", "export", { part: null, done: 0, of: 0, title: "" });
  if (name === "opening") core.hold("start", "open", { part: "entries", done: 1203, of: 10_000, title: "" });
  if (name === "start failed") core.refusing.set("start", { kind: "gone", message: "ワークスペースが見つかりません", hints: ["ドライブをつないでください"] });
  await screens[name]!(page);
  return opened;
}
