// The team's template: edited with a preview, and entries move to it when somebody wants them to.
import { afterAll, afterEach, expect, it } from "vitest";
import { FakeCore } from "../fake/core";
import { main } from "../fake/sample";
import { closeBrowser, openWindow, test, type Opened } from "./window";

afterAll(closeBrowser);
let open: Opened | null = null;
afterEach(async () => { expect(open?.errors).toEqual([]); await open?.close(); open = null; });

it("is edited with a preview, names the line it cannot read, and older entries move when told", async () => {
  const core = new FakeCore();
  core.fill([main()]);
  open = await openWindow({ core, now: null });
  const { page } = open;
  await page.click(test("place-settings"));
  await page.waitForSelector(test("template-preview"));
  expect(await page.getAttribute(test("template-keep"), "aria-disabled")).toBe("true");
  const text = await page.inputValue(test("template-text"));
  await page.fill(test("template-text"), `${text}lead = `);
  await page.waitForSelector(test("template-problem"));
  expect(await page.textContent(test("template-problem"))).toContain("3行目");
  expect(await page.getAttribute(test("template-keep"), "aria-disabled")).toBe("true");
  await page.fill(test("template-text"), `${text}lead = "だれが読んでも同じ手順に着くように"`);
  await page.locator(test("template-preview"), { hasText: "だれが読んでも同じ手順に着くように" }).waitFor();
  expect(core.template.version).toBe(1);
  await page.click(test("template-keep"));
  await page.getByText("テンプレートを standard@2 にしました").waitFor();

  await page.click(test("place-today"));
  await page.click(test("row"));
  await page.waitForSelector(test("template-move"));
  expect(await page.textContent(test("rail"))).not.toContain("だれが読んでも同じ手順に着くように");
  await page.click(test("template-move"));
  await expect.poll(() => core.entries.get(main().id)!.document.template).toBe("standard@2");
  await page.waitForSelector(test("template-move"), { state: "detached" });
  await page.click("#sec-overview [contenteditable=true], #h-overview button");
  await page.locator(test("rail"), { hasText: "だれが読んでも同じ手順に着くように" }).waitFor();
});
