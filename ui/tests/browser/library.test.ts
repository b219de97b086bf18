// Finding: completion of filters, searches that are kept, the place of a match, words of the same meaning.
import { afterAll, afterEach, expect, it } from "vitest";
import { FakeCore } from "../fake/core";
import { closeBrowser, openWindow, test, type Opened } from "./window";

afterAll(closeBrowser);
let open: Opened | null = null;
afterEach(async () => { expect(open?.errors).toEqual([]); await open?.close(); open = null; });

async function library(): Promise<Opened> {
  open = await openWindow({ core: new FakeCore().fill() });
  await open.page.click(test("place-library"));
  await open.page.waitForSelector(test("open"));
  return open;
}

it("completes the name of a filter and its value, by key", async () => {
  const { page, core } = await library();
  await page.click(test("search"));
  await page.keyboard.type("顧");
  await page.getByRole("option", { name: "顧客:" }).waitFor();
  await page.keyboard.press("Tab");
  const customer = core.on_suggestions().customers[0]!;
  await page.getByRole("option", { name: customer, exact: true }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const quoted = /\s/.test(customer) ? `"${customer}"` : customer;
  await expect.poll(() => page.inputValue(test("search"))).toBe(`顧客:${quoted} `);
  expect(await page.locator(test("offers")).isVisible()).toBe(false);
  expect(await page.evaluate(() => document.activeElement?.getAttribute("data-test"))).toBe("search");
});

it("lets go of completion with Escape before it clears the box", async () => {
  const { page } = await library();
  await page.click(test("search"));
  await page.keyboard.type("状");
  await page.locator(test("offers")).waitFor();
  await page.keyboard.press("Escape");
  expect(await page.locator(test("offers")).isVisible()).toBe(false);
  expect(await page.inputValue(test("search"))).toBe("状");
  await page.keyboard.press("Escape");
  expect(await page.inputValue(test("search"))).toBe("");
});

it("keeps a search, offers it in the palette, and lets it go", async () => {
  const { page, core } = await library();
  await page.fill(test("search"), "再起動");
  await page.click(test("save-search"));
  await page.locator(test("saved")).waitFor();
  expect(core.saved).toEqual([{ name: "再起動", query: "再起動" }]);
  await page.fill(test("search"), "");
  await page.click(test("saved"));
  expect(await page.inputValue(test("search"))).toBe("再起動");

  await page.click(test("place-today"));
  await page.keyboard.press("Control+k");
  await page.keyboard.type("再起");
  await page.getByRole("group", { name: "保存した検索" }).getByRole("option").click();
  await page.waitForSelector(test("search"));
  expect(await page.inputValue(test("search"))).toBe("再起動");
  await page.click(test("save-search"));
  await expect.poll(() => core.saved).toEqual([]);
});

it("finds books and chapters in the palette, and marks what matched in titles", async () => {
  const { page, core } = await library();
  const { id } = core.training.make("一次対応 実例集");
  core.training.add({ id, entries: [[...core.entries.keys()][0]!], together: false });
  await page.keyboard.press("Control+k");
  await page.keyboard.type("実例");
  await page.getByRole("group", { name: "教材" }).getByRole("option", { name: "一次対応 実例集" }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForSelector(test("part-lessons"));
});

it("shows the place of the match, whole and marked", async () => {
  const { page } = await library();
  await page.fill(test("search"), "03:44 に二次運用");
  const place = page.locator(test("place"));
  await place.waitFor();
  expect(await place.locator("mark").first().textContent()).toBe("03:44 に二次運用");
  const [mark, pane] = [await place.locator("mark").first().boundingBox(), await page.locator(".prev").boundingBox()];
  expect(mark!.y).toBeGreaterThanOrEqual(pane!.y);
  expect(mark!.y).toBeLessThan(pane!.y + pane!.height);
});

it("keeps the workspace's words of the same meaning when the field is left", async () => {
  const { page, core } = await library();
  await page.click(test("place-settings"));
  await page.click(test("synonyms"));
  await page.keyboard.type("架電=電話連絡");
  await page.keyboard.press("Enter");
  await page.keyboard.type("ひとり");
  await page.locator(test("settings-name")).focus();
  await expect.poll(() => core.synonyms).toEqual([["架電", "電話連絡"]]);
  await expect.poll(() => page.inputValue(test("synonyms"))).toBe("架電 = 電話連絡");
});
