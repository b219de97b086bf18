// The runbook beside what happened: steps are pasted, rows are tied, the first divergence becomes the first why.
import { afterAll, afterEach, expect, it } from "vitest";
import { FakeCore } from "../fake/core";
import { main } from "../fake/sample";
import { closeBrowser, openWindow, saved, test, type Opened } from "./window";

afterAll(closeBrowser);
let open: Opened | null = null;
afterEach(async () => { expect(open?.errors).toEqual([]); await open?.close(); open = null; });

const ID = main().id;
async function editor(change: (document: ReturnType<typeof main>) => void = () => {}): Promise<Opened> {
  const document = main();
  change(document);
  const core = new FakeCore();
  core.fill([document]);
  open = await openWindow({ core });
  await open.page.click(test("row"));
  await open.page.waitForSelector(test("title"));
  return open;
}
const stored = ({ core }: Opened) => core.entries.get(ID)!.document;

it("cuts a pasted list at its numbers, and takes it back in one step", async () => {
  const opened = await editor((document) => { document.sections.overview = ""; });
  const { page } = opened;
  await page.click(test("add-runbook-step"));
  await page.waitForFunction(() => document.activeElement?.matches("[data-test=runbook-step]"));
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData("text/plain", "① Target Group を開く\n② 対象を照らす\n③ 再起動する");
    document.activeElement!.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await expect.poll(() => stored(opened).runbook.steps.map(({ text }) => text)).toEqual(["Target Group を開く", "対象を照らす", "再起動する"]);
  await saved(page);
  await page.keyboard.press("Control+z");
  await expect.poll(() => stored(opened).runbook.steps.map(({ text }) => text)).toEqual([""]);
});

it("marks the first divergence as rows are tied, and makes it the first why", async () => {
  const opened = await editor((document) => {
    document.runbook.steps = [{ id: "s1", text: "Target Group を開く" }, { id: "s2", text: "対象を照らす" }, { id: "s3", text: "2-1 ID を見る" }];
    document.timeline.forEach((row) => { row.step_outcome = null; });
  });
  const { page } = opened;
  await page.click("#h-problem button");
  await page.waitForSelector(test("timeline-text"));
  expect(await page.locator(test("divergence")).count()).toBe(0);
  const row = page.locator('tr:has([data-field="timeline/#t2/text"])');
  await row.locator("select").first().selectOption("s2");
  await row.locator("select").nth(1).selectOption("skipped");
  await page.waitForSelector(test("divergence"));
  expect(await page.textContent(test("divergence"))).toContain("手順2「対象を照らす」が行われなかった");
  await page.click(test("divergence-why"));
  await page.waitForFunction(() => document.activeElement?.closest("[data-node]")?.getAttribute("data-node") === "divergence:t2");
  await expect.poll(() => stored(opened).causes.occurrence[0]).toMatchObject({ text: "手順2「対象を照らす」が行われなかった", kind: "fact", evidence: "時系列 03:19" });
  await page.click(test("divergence-why"));
  await saved(page);
  expect(stored(opened).causes.occurrence.filter(({ id }) => id.startsWith("divergence:")).length).toBe(1);
});
