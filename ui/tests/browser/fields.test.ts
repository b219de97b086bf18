// An input method composes in every text field of every screen: no key acts meanwhile, and the Enter that confirms only confirms.
import type { Page } from "playwright-core";
import { afterAll, expect, it } from "vitest";
import { InputMethod } from "./ime";
import { openState, screens } from "./states";
import { closeBrowser } from "./window";

afterAll(closeBrowser);

/** What may be asked of the core while composing: it changes nothing. */
const ASKED = new Set(["advise", "search", "facets", "marks", "similar", "suggestions", "list", "open", "books", "template_check", "proven", "history", "history_at", "review_state", "spread", "recurrences", "divergence", "attachment_data", "template_text", "actions", "synonyms", "saved_searches"]);
const FIELDS = "input:is([type=text], [type=search], [type=url], :not([type])), textarea, [contenteditable=true]";
/** The same field stands on several screens. */
const seen = new Set<string>();

/** Marks the text fields in sight that were not met before, and names them. */
async function newFields(page: Page): Promise<string[]> {
  const names = await page.evaluate((selector) => {
    const top = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;
    return [...top.querySelectorAll<HTMLElement>(selector)].map((field) => {
      const usable = field.checkVisibility() && !field.matches(":disabled, [readonly]") && field.closest("[inert]") === null;
      if (!usable) return "";
      const place = (field.closest("[data-field]")?.getAttribute("data-field") ?? "").replace(/#?\b[a-z]+\d[\w-]*|\d+/g, "");
      const name = [field.dataset.test, place, field.getAttribute("aria-label") ?? ""].join(" ");
      field.setAttribute("data-tried", name);
      return name;
    });
  }, FIELDS);
  return [...new Set(names)].filter((name) => name !== "" && !seen.has(name));
}

const contents = (page: Page, name: string) => page.evaluate((name) => {
  const field = document.querySelector<HTMLInputElement>(`[data-tried="${CSS.escape(name)}"]`);
  return field === null ? null : { text: field.value ?? field.textContent, focused: field === document.activeElement };
}, name);

it.each(Object.keys(screens))("%s", async (state) => {
  const { page, core, errors, close } = await openState(state);
  const method = await InputMethod.of(page);
  for (const name of await newFields(page)) {
    seen.add(name);
    const field = page.locator(`[data-tried="${name}"]`).first();
    await field.focus();
    await page.keyboard.press("Control+End");
    const frame = () => page.evaluate(() => [document.querySelectorAll("dialog[open]").length, document.querySelector("main")?.className]);
    const [before, asked] = [await frame(), core.calls.length];
    await method.typeReading();
    expect(core.calls.slice(asked).map((call) => call.name).filter((call) => !ASKED.has(call)), `${name}: changed while composing`).toEqual([]);
    expect(await contents(page, name), `${name}: while composing`).toMatchObject({ focused: true, text: expect.stringContaining("かくにん") as string });
    await method.convert();
    expect(await contents(page, name), `${name}: confirmed`).toMatchObject({ focused: true, text: expect.stringContaining("確認") as string });
    expect(await frame(), `${name}: nothing opened or closed`).toEqual(before);
  }
  expect(errors).toEqual([]);
  await close();
});

it("met the fields that there are", () => expect(seen.size).toBeGreaterThan(40));
