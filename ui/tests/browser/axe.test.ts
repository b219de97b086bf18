// Every screen, in both themes and both sizes, without a violation.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, expect, it } from "vitest";
import { FakeCore } from "../fake/core";
import { main } from "../fake/sample";
import { closeBrowser, openWindow, test } from "./window";

afterAll(closeBrowser);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function violations(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const run = (window as unknown as { axe: { run: (options: object) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> } }).axe;
    const { violations } = await run.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    // A tree item holds the text of all that hangs below it; its name tells its own.
    const own = violations.map(({ id, nodes }) => ({ id, nodes: nodes.filter(({ html }) => id !== "label-content-name-mismatch" || !html.includes("treeitem")) })).filter(({ nodes }) => nodes.length > 0);
    return own.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} — ${failureSummary ?? ""}`).join(" | ")}`);
  });
}

const screens: Record<string, (page: Page) => Promise<unknown>> = {
  welcome: (page) => page.waitForSelector(test("door-write")),
  today: (page) => page.waitForSelector(test("continue")),
  async library(page) { await page.click(test("place-library")); await page.waitForSelector(test("open")); },
  async "library, searching"(page) { await page.click(test("place-library")); await page.fill(test("search"), "再起動"); await page.waitForSelector("mark"); },
  async "library, nothing found"(page) { await page.click(test("place-library")); await page.fill(test("search"), "ない言葉"); await page.getByText("合う記事はありません").waitFor(); },
  async trash(page) { await page.click(test("place-library")); await page.click(test("trash")); },
  async actions(page) { await page.click(test("place-actions")); await page.waitForSelector(test("action")); },
  async "actions, editing"(page) { await page.click(test("place-actions")); await page.waitForSelector(test("action")); await page.keyboard.press("F2"); await page.waitForSelector(test("action-owner")); },
  async "actions, closing"(page) { await page.click(test("place-actions")); await page.waitForSelector(test("action")); await page.keyboard.press("e"); await page.waitForSelector(test("effect-measure")); },
  async settings(page) { await page.click(test("place-settings")); await page.waitForSelector(test("settings-name")); },
  async palette(page) { await page.keyboard.press("Control+k"); await page.waitForSelector(test("palette-input")); await page.fill(test("palette-input"), "再起動"); await page.waitForSelector(`${test("palette")} [role=option]`); },
  async help(page) { await page.click(test("help-open")); await page.waitForSelector(test("help")); },
  async editor(page) { await openMain(page); },
  async "editor, evidence"(page) { await openMain(page); await showTab(page, "evidence"); },
  async "editor, history"(page) { await openMain(page); await showTab(page, "history"); await page.waitForSelector(test("change")); await page.click(test("change")); },
  async "editor, export"(page) { await openMain(page); await page.click(test("export-open")); await page.waitForSelector(test("export-docx")); },
  async "new entry"(page) { await page.click(test("new-entry")); await page.waitForSelector(test("title")); },
};
async function openMain(page: Page) {
  await page.click(`${test("row")}[data-id="${main().id}"]`);
  await page.waitForSelector(test("title"));
}
async function showTab(page: Page, name: string) {
  const tab = page.locator(test(`tab-${name}`));
  if (await tab.getAttribute("aria-expanded") !== "true") await tab.click();
}

it.each(Object.keys(screens))("%s", async (name) => {
  const core = new FakeCore();
  if (name !== "welcome") core.fill();
  const { page, close } = await openWindow({ core, ...(name.length % 2 ? { width: 1100, height: 720 } : {}) });
  await page.waitForSelector(name === "welcome" ? "main" : test("row"));
  await screens[name]!(page);
  // Through the debugger, as the page's policy allows no script of others.
  await page.evaluate(axe);
  expect({ light: await violations(page) }).toEqual({ light: [] });
  await page.emulateMedia({ colorScheme: "dark" });
  expect({ dark: await violations(page) }).toEqual({ dark: [] });
  await close();
});
