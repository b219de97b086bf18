// From the first run to a whole postmortem, by keyboard alone.
import { afterAll, expect, it } from "vitest";
import type { Page } from "playwright-core";
import { FakeCore } from "../fake/core";
import { closeBrowser, openWindow, saved, test } from "./window";

afterAll(closeBrowser);
const focused = (page: Page) => page.evaluate(() => document.activeElement?.closest("[data-test]")?.getAttribute("data-test") ?? null);
const focusOn = (page: Page, name: string) => page.waitForFunction((wanted) => document.activeElement?.closest("[data-test]")?.getAttribute("data-test") === wanted, name);
const newest = (core: FakeCore) => [...core.entries.values()].at(-1)!.document;

it("writes a postmortem", async () => {
  const core = new FakeCore();
  const { page, errors, close } = await openWindow({ core });
  await page.waitForSelector(test("door-write"));
  await page.keyboard.press("1");
  await focusOn(page, "title");
  await page.keyboard.type("ALB のアラートで、正常な EC2 を再起動した");

  await page.locator(test("section-problem")).focus();
  await page.keyboard.type("03:19、手順4で web-03 を再起動した。");
  await page.keyboard.press("Enter");
  await page.keyboard.type("正しくは web-01。");

  await page.locator(test("add-why-occurrence")).focus();
  await page.keyboard.press("Enter");
  await focusOn(page, "why-occurrence");
  await page.keyboard.type("手順に web-03 と書いてあった");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => document.querySelectorAll("[data-test=why-occurrence]").length === 2);
  await focusOn(page, "why-occurrence");
  await page.keyboard.type("切り替えの完了に、手順の見直しが入っていない");
  await page.keyboard.press("Control+g");
  await page.getByText("対策がまだありません").first().waitFor();

  await page.locator(test("add-why-escape")).focus();
  await page.keyboard.press("Enter");
  await focusOn(page, "why-escape");
  await page.keyboard.type("照合する画面がない");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("[data-test=why-escape]").length === 2);
  await page.keyboard.type("完了の条件が曖昧");
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => document.querySelector("[data-test=why-escape]")?.closest("li")?.querySelectorAll("[role=treeitem]").length === 1);
  await page.keyboard.press("Control+g");
  await page.keyboard.press("Control+l");
  await focusOn(page, "countermeasure-text");
  await page.keyboard.type("完了の条件に ALB の状態を足す");

  await saved(page);
  const { title, sections, causes, countermeasures } = newest(core);
  expect(title).toBe("ALB のアラートで、正常な EC2 を再起動した");
  expect(sections.problem).toBe("03:19、手順4で web-03 を再起動した。\n\n正しくは web-01。");
  expect(causes.occurrence).toMatchObject([{ text: "手順に web-03 と書いてあった", children: [{ text: "切り替えの完了に、手順の見直しが入っていない", root: true }] }]);
  expect(causes.escape).toMatchObject([{ text: "照合する画面がない", children: [{ text: "完了の条件が曖昧", root: true }] }]);
  expect(countermeasures).toMatchObject([{ text: "完了の条件に ALB の状態を足す", side: "escape", causes: [causes.escape[0]!.children[0]!.id] }]);
  expect(errors).toEqual([]);
  await close();
});

it("brings in what another office handed over, and tells what came", async () => {
  const { page, close } = await openWindow();
  await page.waitForSelector(test("door-import"));
  await page.keyboard.press("2");
  await page.waitForSelector(test("imported"));
  await page.getByText("添付がひとつ読めません").waitFor();
  await page.click(test("imported-look"));
  await page.waitForSelector(test("open"));
  await close();
});

it("undoes and redoes across fields", async () => {
  const core = new FakeCore().fill();
  const { page, close } = await openWindow({ core });
  await page.click(`${test("row")} >> nth=0`);
  await page.waitForSelector(test("title"));
  const before = structuredClone(newest(core));
  await page.locator(test("title")).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("（題）");
  await page.locator(test("section-lessons")).focus();
  await page.keyboard.type("止まって聞く。");
  await page.locator(`[data-node="e4"] ${test("why-escape")}`).focus();
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => document.querySelectorAll("[data-test=why-escape]").length === 5);
  await saved(page);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect.poll(() => newest(core)).toEqual(before);
  await page.keyboard.press("Control+Shift+z");
  await page.keyboard.press("Control+Shift+z");
  await expect.poll(() => [newest(core).title, newest(core).sections.lessons]).toEqual([`${before.title}（題）`, "止まって聞く。"]);
  await close();
});

it("takes back at once what has just been typed", async () => {
  const { page, close } = await openWindow({ core: new FakeCore().fill() });
  await page.click(`${test("row")} >> nth=0`);
  const lessons = page.locator(test("section-lessons"));
  const before = await lessons.textContent();
  await lessons.focus();
  await page.keyboard.type("止まって聞く。");
  expect(await lessons.textContent()).toContain("止まって聞く。");
  await page.keyboard.press("Control+z");
  await expect.poll(() => lessons.textContent()).toBe(before);
  await close();
});

it("opens where one was writing, until one has left the writing", async () => {
  const core = new FakeCore().fill();
  const { page, errors, close } = await openWindow({ core });
  await page.click(test("row"));
  await page.waitForSelector(test("title"));
  // A section that is folded by itself is unfolded for the cursor.
  await page.click("#h-problem button");
  await page.click(test("section-problem"));
  await expect.poll(() => core.place?.field, { timeout: 5000 }).toBe("sections/problem");
  const opened = core.calls.filter(({ name }) => name === "open").length;
  await page.reload();
  await focusOn(page, "section-problem");
  expect(core.calls.filter(({ name }) => name === "open").length).toBe(opened);
  await page.keyboard.press("Control+[");
  await page.waitForSelector(test("continue"));
  await expect.poll(() => core.place).toBeNull();
  await page.reload();
  await page.waitForSelector(test("continue"));
  // A field that is not there any more: the cursor is in the title.
  core.place = { id: [...core.entries.keys()][0]!, field: "node/gone" };
  await page.reload();
  await focusOn(page, "title");
  expect(errors).toEqual([]);
  await close();
});

it("deletes, takes it back from the toast, and restores from the trash", async () => {
  const core = new FakeCore().fill();
  const { page, close } = await openWindow({ core });
  await page.click(`${test("row")} >> nth=0`);
  await page.click(test("delete"));
  await page.click(test("toast-action"));
  await page.waitForSelector(test("title"));
  await page.click(test("delete"));
  await page.waitForSelector(test("search"));
  await page.click(test("trash"));
  await page.click(test("restore"));
  await expect.poll(() => [...core.entries.values()].every(({ deletedAt }) => deletedAt === null)).toBe(true);
  await close();
});

it("finds by words, by key and in the palette", async () => {
  const { page, close } = await openWindow({ core: new FakeCore().fill() });
  await page.waitForSelector(test("row"));
  await page.keyboard.press("Control+2");
  await page.waitForSelector(test("open"));
  await page.keyboard.press("/");
  await page.keyboard.type("証明書");
  await page.waitForSelector("mark");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.waitForSelector(test("title"));
  expect(await page.inputValue(test("title"))).toContain("証明書");
  await page.keyboard.press("Control+k");
  await focusOn(page, "palette-input");
  await page.keyboard.type("PM-0097");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+[");
  await page.waitForSelector(test("search"));
  await close();
});

it("exports into a file", async () => {
  const core = new FakeCore().fill();
  const { page, close } = await openWindow({ core });
  await page.click(`${test("row")} >> nth=0`);
  await page.click(test("export-open"));
  await page.click(test("export-docx"));
  await page.waitForSelector(test("export-done"));
  expect(core.calls.find(({ name }) => name === "export")!.args).toMatchObject({ format: "docx", path: expect.stringMatching(/\.docx$/) as string });
  await close();
});

it("goes from gap to gap and from region to region", async () => {
  const { page, close } = await openWindow({ core: new FakeCore().fill() });
  await page.click(`${test("row")} >> nth=0`);
  await page.waitForSelector(test("title"));
  await page.locator(test("title")).focus();
  await page.keyboard.press("F8");
  await focusOn(page, "write-measure");
  const seen = new Set<string>();
  for (let step = 0; step < 8; step++) {
    await page.keyboard.press("F6");
    seen.add(await page.evaluate(() => document.activeElement?.closest("[data-stop]")?.className.split(" ")[0] ?? ""));
  }
  expect(seen.size).toBeGreaterThanOrEqual(4);
  await close();
});

it("speaks English at once, and acts on letters only where nobody writes", async () => {
  const { page, core, close } = await openWindow({ core: new FakeCore().fill() });
  await page.click(test("place-settings"));
  await page.getByText("English").click();
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  expect(core.settings.language).toBe("en");
  await page.locator(test("settings-name")).focus();
  await page.keyboard.type("nj?");
  expect(await page.inputValue(test("settings-name"))).toContain("nj?");
  expect(await page.locator("dialog[open]").count()).toBe(0);
  await page.getByRole("checkbox").click();
  await page.getByRole("heading", { name: "Settings" }).click();
  await page.keyboard.press("n");
  await page.keyboard.press("?");
  expect(await page.locator("dialog[open]").count()).toBe(0);
  expect(await focused(page)).not.toBe("title");
  await close();
});

it("lists ten thousand entries and fetches only what is seen", async () => {
  const core = new FakeCore().fill();
  const model = [...core.entries.values()][0]!;
  for (let index = 0; index < 10_000; index++) {
    const id = `10000000-0000-7000-8000-${String(index).padStart(12, "0")}`;
    core.entries.set(id, { ...model, document: { ...model.document, id, number: `PM-${index}` }, updatedAt: new Date(1e12 + index * 1000).toISOString() });
  }
  const { page, close } = await openWindow({ core });
  await page.click(test("place-library"));
  await page.waitForSelector(test("open"));
  expect(await page.locator(test("row")).count()).toBeLessThan(40);
  await page.locator(".hits").evaluate((list) => { list.scrollTop = list.scrollHeight; });
  await page.getByText("PM-0", { exact: true }).waitFor();
  expect(core.calls.filter(({ name }) => name === "list").length).toBeLessThan(12);
  await close();
});
