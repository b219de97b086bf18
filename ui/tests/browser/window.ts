// One window in Chromium, with the fake core behind it.
import { chromium, type Browser, type Page } from "playwright-core";
import { inject } from "vitest";
import { FakeCore } from "../fake/core";

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
let browser: Browser | null = null;

export interface Opened { page: Page; core: FakeCore; errors: string[]; close: () => Promise<void> }
export interface Look { width?: number; height?: number; theme?: "light" | "dark"; core?: FakeCore; reducedMotion?: boolean; now?: string | null }

export async function openWindow({ width = 1440, height = 900, theme = "light", core = new FakeCore(), reducedMotion = true, now = "2025-11-18T14:32:30+09:00" }: Look = {}): Promise<Opened> {
  browser ??= await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: reducedMotion ? "reduce" : "no-preference", locale: "ja-JP", timezoneId: "Asia/Tokyo" });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  if (now) await page.clock.setFixedTime(new Date(now));
  await page.exposeFunction("__yokotenBridge", async (name: string, args: string) => JSON.stringify((await core.handle(name, JSON.parse(args) as Record<string, unknown>)) ?? null));
  await page.goto(inject("address"));
  return { page, core, errors, close: () => context.close() };
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = null;
}

export const test = (name: string) => `[data-test="${name}"]`;

/** Waits until everything typed is stored. */
export const saved = (page: Page) => page.waitForSelector(`${test("save-state")}[data-state="saved"]`);

/** As when another window or the command line wrote. */
export const changed = (page: Page, ids: string[]) => page.evaluate((detail) => window.dispatchEvent(new CustomEvent("yokoten:changed", { detail: { ids: detail, origin: "cli" } })), ids);
