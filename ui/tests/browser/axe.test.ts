// Every screen, in both themes and both sizes, without a violation.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, expect, it } from "vitest";
import { openState, screens } from "./states";
import { closeBrowser } from "./window";

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

/** For a person to look at, in the folder that YOKOTEN_PICTURES names. */
async function picture(page: Page, name: string, theme: string): Promise<void> {
  const folder = process.env.YOKOTEN_PICTURES;
  if (folder) await page.screenshot({ path: `${folder}/${name.replace(/[^a-z]+/g, "-")}-${theme}.png` });
}

it.each(Object.keys(screens))("%s", async (name) => {
  const { page, close } = await openState(name, name.length % 2 ? { width: 1100, height: 720 } : {});
  // Through the debugger, as the page's policy allows no script of others.
  await page.evaluate(axe);
  await picture(page, name, "light");
  expect({ light: await violations(page) }).toEqual({ light: [] });
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, name, "dark");
  expect({ dark: await violations(page) }).toEqual({ dark: [] });
  await page.emulateMedia({ colorScheme: "light", forcedColors: "active" });
  await picture(page, name, "forced");
  await close();
});
