// What worked elsewhere is quoted with a link back, and 「不要」 wants a reason.
import { afterAll, afterEach, expect, it } from "vitest";
import { FakeCore } from "../fake/core";
import { main, sampleEntries } from "../fake/sample";
import { closeBrowser, openWindow, saved, test, type Opened } from "./window";

afterAll(closeBrowser);
let open: Opened | null = null;
afterEach(async () => { expect(open?.errors).toEqual([]); await open?.close(); open = null; });

const ID = main().id;
async function editor(change: (documents: ReturnType<typeof sampleEntries>) => void): Promise<Opened> {
  const documents = sampleEntries();
  change(documents);
  const core = new FakeCore();
  core.fill(documents);
  open = await openWindow({ core });
  await open.page.click(`${test("row")}[data-id="${ID}"]`);
  await open.page.waitForSelector(test("title"));
  return open;
}
const stored = ({ core }: Opened) => core.entries.get(ID)!.document;

it("quotes what worked for the cause that nothing removes, and leads back to where it stands", async () => {
  const opened = await editor((documents) => {
    const older = documents.find(({ number }) => number === "PM-0097")!;
    older.countermeasures[0]!.effect = { measure: "再発", denominator: "対応 900件", check_on: "2025-06-01", judge: "佐伯", verdict: "effective", note: "" };
  });
  const { page } = opened;
  const older = [...opened.core.entries.values()].find(({ document }) => document.number === "PM-0097")!.document;
  await page.click(`${test("gap-proven")} >> nth=0`);
  await page.waitForSelector(test("proven"));
  expect(await page.textContent(test("proven"))).toContain("PM-0097");
  await page.focus(test("quote"));
  await page.keyboard.press("Enter");
  await expect.poll(() => stored(opened).countermeasures.at(-1)).toMatchObject({
    text: "アラーム名を「環境-系統-項目」に統一する", side: "occurrence", causes: ["o5"], strength: 3, owner: "", state: "open", link: `postmortem:${older.id}#${older.countermeasures[0]!.id}`,
    effect: { verdict: "pending" },
  });
  // Whose it will be is the next thing to say.
  await page.waitForFunction(() => document.activeElement?.matches("[data-test=measure-owner]"));
  await saved(page);
  await page.locator(test("quoted-from"), { hasText: "PM-0097" }).waitFor();
  await page.click(test("quoted-from"));
  await page.waitForFunction((id) => document.activeElement?.closest("[data-measure]")?.getAttribute("data-measure") === id, older.countermeasures[0]!.id);
  expect(await page.inputValue(test("title"))).toBe(older.title);
});

it("says that nothing has been seen to work yet, and takes a quotation back in one step", async () => {
  const opened = await editor((documents) => {
    for (const document of documents) for (const measure of document.countermeasures) if (document.number === "PM-0097") measure.effect.verdict = "effective";
  });
  const { page, core } = opened;
  const before = stored(opened).countermeasures.length;
  await page.click(test("proven-open-escape"));
  await page.click(test("quote"));
  await expect.poll(() => stored(opened).countermeasures.length).toBe(before + 1);
  await saved(page);
  await page.keyboard.press("Control+z");
  await expect.poll(() => stored(opened).countermeasures.length).toBe(before);
  for (const { document } of core.entries.values()) for (const measure of document.countermeasures) measure.effect.verdict = "pending";
  await page.click(test("proven-open"));
  await page.waitForSelector("dialog .mute");
  expect(await page.locator(test("quote")).count()).toBe(0);
});

it("asks why a place needs nothing, and counts it as open until that is said", async () => {
  const opened = await editor(() => {});
  const { page } = opened;
  await page.selectOption(test("applies-decision"), "not_needed");
  await expect.poll(() => stored(opened).applies_to[0]!.decision).toBe("not_needed");
  // The sample gives a reason; without it the place is open.
  await page.fill(test("applies-reason"), "");
  await page.getByText("不要の理由：ほかの EC2 再起動の手順 12本").waitFor();
  expect(await page.getAttribute(test("applies-reason"), "aria-required")).toBe("true");
  await page.fill(test("applies-reason"), "固定の書き方はこの手順だけだった");
  await page.getByText("不要の理由：ほかの EC2").waitFor({ state: "detached" });
  await expect.poll(() => stored(opened).applies_to[0]).toMatchObject({ decision: "not_needed", reason: "固定の書き方はこの手順だけだった" });
});
