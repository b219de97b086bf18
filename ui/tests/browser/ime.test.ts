// An input method composes in the fields of an entry: nothing else may act meanwhile, and nothing may be lost.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FakeCore } from "../fake/core";
import { main } from "../fake/sample";
import { InputMethod } from "./ime";
import { closeBrowser, openWindow, saved, test, type Opened } from "./window";

let opened: Opened;
let page: Page;
let method: InputMethod;
let core: FakeCore;
const entry = main().id;

beforeAll(async () => {
  core = new FakeCore().fill();
  opened = await openWindow({ core });
  page = opened.page;
  method = await InputMethod.of(page);
  await page.click(`${test("row")}[data-id="${entry}"]`);
  await page.waitForSelector(test("title"));
});
afterAll(async () => {
  await opened.close();
  await closeBrowser();
});

async function unfold(page: Page): Promise<void> {
  for (const section of ["overview", "problem"]) {
    const head = page.locator(`#sec-${section} [aria-expanded=false]`).first();
    if (await head.count()) await head.click();
  }
}
const stored = () => core.entries.get(entry)!.document;
const edits = () => core.calls.filter(({ name }) => name === "edit").length;

const fields: [string, string, () => string][] = [
  ["title", test("title"), () => stored().title],
  ["customer, with completion", '[data-field="customer"] input', () => stored().customer],
  ["a section of prose", test("section-lessons"), () => stored().sections.lessons],
  ["a why", `[data-node="e4"] ${test("why-escape")}`, () => stored().causes.escape[1]!.children[0]!.text],
  ["a countermeasure", `[data-measure="m2"] ${test("countermeasure-text")}`, () => stored().countermeasures[1]!.text],
  ["an event", `${test("timeline-text")} >> nth=1`, () => stored().timeline[1]!.text],
];

it.each(fields)("%s", async (_, selector, value) => {
  await unfold(page);
  const field = page.locator(selector).locator("visible=true").first();
  const editable = (await field.getAttribute("contenteditable")) === null && !(await field.evaluate((element) => element.matches("input, textarea"))) ? field.locator("[contenteditable=true], input, textarea").first() : field;
  await editable.click();
  await page.keyboard.press("Control+End");
  await saved(page);
  const before = value();
  const shape = JSON.stringify([stored().causes, stored().countermeasures.length, stored().timeline.length].map((part) => JSON.stringify(part).length));
  const sent = edits();

  for (const step of ["か", "かく", "かくにん"]) await method.compose(step);
  await page.waitForFunction(() => new Promise((resolve) => setTimeout(() => resolve(true), 1300)));
  expect(edits(), "nothing is sent while composing").toBe(sent);
  await method.compose("");
  await method.typeKanji();
  await page.keyboard.type("A");
  await expect.poll(value).toBe(`${before}確認A`);
  await saved(page);
  expect(await page.locator("dialog[open]").count(), "no dialog opened").toBe(0);
  const after = JSON.stringify([stored().causes, stored().countermeasures.length, stored().timeline.length].map((part) => JSON.stringify(part).length));
  if (!value().startsWith(stored().causes.escape[1]!.children[0]!.text)) expect(after, "nothing was added or moved").toBe(shape);
});

it("confirms a conversion in the palette without choosing", async () => {
  await page.keyboard.press("Control+k");
  await page.waitForSelector(test("palette-input"));
  await method.typeKanji();
  expect(await page.inputValue(test("palette-input"))).toBe("確認");
  expect(await page.locator(test("palette")).count()).toBe(1);
  await page.keyboard.press("Escape");
  await page.locator(test("palette")).waitFor({ state: "detached" });
});

it("confirms a conversion in the search box without leaving it", async () => {
  await page.click(test("place-library"));
  await page.click(test("search"));
  await method.typeKanji();
  expect(await page.inputValue(test("search"))).toBe("確認");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("data-test"))).toBe("search");
});

it("names a person by input method", async () => {
  await page.click(test("place-settings"));
  await page.fill(test("settings-name"), "");
  await page.click(test("settings-name"));
  await method.typeKanji();
  await page.keyboard.press("Tab");
  await expect.poll(() => core.settings.name).toBe("確認");
});

it("threw nothing on the way", () => expect(opened.errors).toEqual([]));
