// 教材: a book made of entries, kept up to date, looked through before it goes out, and learned from.
import { afterAll, afterEach, expect, it } from "vitest";
import { FakeCore } from "../fake/core";
import { main } from "../fake/sample";
import { changed, closeBrowser, openWindow, saved, test, type Opened } from "./window";

afterAll(closeBrowser);
let open: Opened | null = null;
afterEach(async () => { expect(open?.errors).toEqual([]); await open?.close(); open = null; });

const ID = main().id;
const book = ({ core }: Opened) => [...core.training.books.values()][0]!;

async function shelf(prepare: (core: FakeCore) => void = () => {}): Promise<Opened> {
  const core = new FakeCore();
  core.fill();
  prepare(core);
  open = await openWindow({ core });
  await open.page.waitForSelector(test("row"));
  await open.page.keyboard.press("Control+5");
  return open;
}
async function inBook(prepare: (core: FakeCore) => void = () => {}): Promise<Opened> {
  const opened = await shelf((core) => {
    const { id } = core.training.make("実例集");
    core.training.add({ id, entries: [ID], together: false });
    prepare(core);
  });
  await opened.page.click(test("book"));
  await opened.page.waitForSelector(test("part-lessons"));
  return opened;
}

it("makes a book and its first chapter by keyboard alone", async () => {
  const opened = await shelf();
  const { page } = opened;
  await page.focus(test("book-title"));
  await page.keyboard.type("一次対応 実例集");
  await page.keyboard.press("Enter");
  await page.waitForSelector(test("add-first"));
  await page.focus(test("add-first"));
  await page.keyboard.press("Enter");
  await page.waitForSelector(test("add-entry"));
  await page.focus(`${test("add-entry")}[value="${ID}"]`);
  await page.keyboard.press("Space");
  await page.focus(test("add-apart"));
  await page.keyboard.press("Enter");
  await page.waitForSelector(test("part-lessons"));
  expect(book(opened)).toMatchObject({ title: "一次対応 実例集", chapters: [{ title: main().title, sources: [{ entry: ID }] }] });
});

it("writes a chapter in the same editor, takes it back, and never touches the entry", async () => {
  const opened = await inBook();
  const { page } = opened;
  await page.click(test("part-lessons"));
  await page.keyboard.press("Control+End");
  await page.keyboard.type("止まってよい。");
  await saved(page);
  expect(book(opened).chapters[0]!.parts.lessons).toContain("止まってよい。");
  expect(opened.core.calls.some(({ name }) => name === "edit")).toBe(false);
  await page.keyboard.press("Control+z");
  await expect.poll(() => book(opened).chapters[0]!.parts.lessons).not.toContain("止まってよい。");
  await page.selectOption(test("level"), "入社");
  await page.fill(test("minutes"), "7");
  await expect.poll(() => book(opened).chapters[0]).toMatchObject({ level: "入社", minutes: 7 });
});

it("shows what changed in the entry, and takes, edits in or leaves it one by one", async () => {
  const opened = await inBook();
  const { page, core } = opened;
  core.edit(ID, (document) => { document.sections.lessons = "食い違ったら、止まる。"; document.sections.overview = "新しい概要。"; document.sections.occurrence_cause = "新しい原因。"; });
  await changed(page, [ID]);
  const slots = page.locator(test("changed"));
  await expect.poll(() => slots.count()).toBe(3);
  expect(await page.getAttribute(".toc [data-state]", "data-state")).toBe("entry_changed");
  await slots.nth(0).locator(test("take")).click();
  await expect.poll(() => slots.count()).toBe(2);
  expect(book(opened).chapters[0]!.parts.situation).toBe("新しい概要。");
  await slots.nth(0).locator(test("edit-in")).click();
  await page.fill(test("own"), "自分の言葉。");
  await page.click(test("edit-keep"));
  await expect.poll(() => slots.count()).toBe(1);
  expect(book(opened).chapters[0]!.parts.why).toBe("自分の言葉。");
  const before = book(opened).chapters[0]!.parts.lessons;
  await slots.nth(0).locator(test("leave")).click();
  await expect.poll(() => slots.count()).toBe(0);
  expect(book(opened).chapters[0]!.parts.lessons).toBe(before);
  await expect.poll(() => page.textContent(test("part-situation"))).toBe("新しい概要。");
});

it("goes out only when every hit and picture was looked at", async () => {
  const opened = await inBook((core) => { core.edit(ID, () => {}); book({ core } as Opened).chapters[0]!.parts.happened = `web-03 を見た\n\n![画面](blob:${"5".repeat(64)})`; });
  const { page } = opened;
  const hit = page.locator(`${test("hit")}[data-text="web-03"]`);
  await hit.waitFor();
  expect(await page.getAttribute(test("book-html"), "aria-disabled")).toBe("true");
  await hit.locator(test("places")).click();
  expect(await hit.textContent()).toContain("ホスト1");
  await hit.locator(test("mask-text")).fill("再起動した機器");
  await hit.locator(test("mask")).click();
  // In the chapter itself, too, it shows what it becomes.
  await expect.poll(() => page.getAttribute(`${test("part-happened")} .masked`, "data-mask")).toBe("再起動した機器");
  await expect.poll(() => book(opened).masks).toMatchObject([{ text: "web-03", mask: "再起動した機器", keep: false, kind: "host" }]);
  await hit.locator(test("decide-again")).click();
  await hit.locator(test("keep")).click();
  await expect.poll(() => book(opened).masks).toMatchObject([{ keep: true }]);
  await expect.poll(() => page.textContent(`${test("part-happened")} .kept`)).toBe("web-03");
  await page.check(test("image-ok"));
  await expect.poll(() => page.getAttribute(test("book-html"), "aria-disabled")).toBe(null);
  await page.click(test("book-html"));
  await expect.poll(() => opened.core.calls.findLast(({ name }) => name === "export")?.args).toMatchObject({ format: "html" });
  // The team's own words are looked for, too.
  await page.click(".masking summary");
  await page.fill(test("words"), "画面");
  await page.click(test("words-keep"));
  await expect.poll(() => page.locator(`${test("hit")}[data-text="画面"]`).count()).toBe(1);
});

it("hides what happened until one has thought, keeps the answer as one's own, and drills step by step", async () => {
  const opened = await inBook();
  const { page } = opened;
  await page.click(test("study"));
  await page.waitForSelector(test("hidden"));
  expect(await page.locator(test("study-happened")).count()).toBe(0);
  await page.locator(test("choice")).nth(0).check();
  await page.waitForSelector(test("study-happened"));
  expect(Object.values(opened.core.training.answers)).toMatchObject([{ choice: expect.stringMatching(/-0$/) as string }]);
  await page.click(test("drill"));
  const rows = page.locator(`${test("drill-rows")} li`);
  await expect.poll(() => rows.count()).toBe(1);
  await page.click(test("drill-next"));
  expect(await rows.count()).toBe(2);
  await page.keyboard.press("Control+5");
  await page.waitForSelector(`${test("today")} ${test("answer")}`);
});

it("moves chapters and takes one out, and back again", async () => {
  const opened = await inBook((core) => { const [only] = core.training.books.values(); core.training.add({ id: only!.id, entries: [[...core.entries.keys()].find((id) => id !== ID)!], together: false }); });
  const { page } = opened;
  const titles = () => book(opened).chapters.map(({ id }) => id);
  await expect.poll(titles).toEqual(["c1", "c2"]);
  await page.focus(`${test("chapter")} >> nth=0`);
  await page.keyboard.press("Alt+ArrowDown");
  await expect.poll(titles).toEqual(["c2", "c1"]);
  await page.click(test("chapter-remove"));
  await expect.poll(titles).toEqual(["c2"]);
  await page.getByRole("button", { name: "取り消す" }).click();
  await expect.poll(titles).toEqual(["c2", "c1"]);
});
