// The tables of the editor by keyboard: runbook steps, timeline, countermeasures, history.
import { afterAll, afterEach, expect, it } from "vitest";
import { FakeCore } from "../fake/core";
import { main } from "../fake/sample";
import { closeBrowser, openWindow, test, type Opened } from "./window";

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
  await open.page.click(`${test("row")}[data-id="${ID}"]`);
  await open.page.waitForSelector(test("title"));
  return open;
}
const stored = ({ core }: Opened) => core.entries.get(ID)!.document;

it("copies the steps of a runbook and ties events to them", async () => {
  const opened = await editor((document) => { document.timeline = []; });
  const { page } = opened;
  await page.click("#h-overview button");
  await page.click(test("add-runbook-step"));
  await page.keyboard.type("Target Group を見る");
  await page.keyboard.press("Enter");
  await page.keyboard.type("1台だけ再起動する");
  await expect.poll(() => stored(opened).runbook.steps.map(({ text }) => text)).toEqual(["Target Group を見る", "1台だけ再起動する"]);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Backspace");
  await expect.poll(() => stored(opened).runbook.steps.length).toBe(2);

  await page.click("#h-problem button");
  await page.click(test("add-timeline"));
  await page.keyboard.type("11/14 ３：１９");
  await page.keyboard.press("Tab");
  await page.keyboard.type("MSP一次担当");
  await page.keyboard.press("Tab");
  await page.keyboard.type("web-03 を再起動");
  await page.keyboard.press("Enter");
  await page.keyboard.type("3:12");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type("アラーム発生");
  await page.selectOption(`tr:first-child .step > select`, { index: 2 });
  await expect.poll(() => stored(opened).timeline.map(({ at, actor, text }) => [at, actor, text])).toEqual([
    ["2025-11-14T03:19:00+09:00", "MSP一次担当", "web-03 を再起動"], ["2025-11-14T03:12:00+09:00", "MSP一次担当", "アラーム発生"],
  ]);
  await expect.poll(() => stored(opened).timeline[0]!.step).toBe(stored(opened).runbook.steps[1]!.id);
  await page.click("text=時刻の順に並べる");
  await expect.poll(() => stored(opened).timeline.map(({ text }) => text)).toEqual(["アラーム発生", "web-03 を再起動"]);
  await page.keyboard.press("Control+z");
  await expect.poll(() => stored(opened).timeline.map(({ text }) => text)).toEqual(["web-03 を再起動", "アラーム発生"]);
});

it("says how to write a time that it cannot read, and keeps what was typed", async () => {
  const opened = await editor();
  await opened.page.click("#h-overview button");
  await opened.page.fill(`${test("reported_at")}`, "きのうの夜");
  await opened.page.keyboard.press("Tab");
  expect(await opened.page.inputValue(test("reported_at"))).toBe("きのうの夜");
  expect(await opened.page.getAttribute(test("reported_at"), "aria-invalid")).toBe("true");
  expect(stored(opened).reported_at).toBeNull();
});

it("writes a countermeasure for an uncovered cause by key alone", async () => {
  const opened = await editor();
  const { page } = opened;
  expect(await page.locator(test("gap")).count()).toBe(1);
  await page.focus(`[data-field="node/o5"] textarea`);
  await page.keyboard.press("Control+l");
  await page.waitForFunction(() => document.activeElement?.matches("[data-test=countermeasure-text]"));
  await page.keyboard.type("食い違ったら止まる分岐を、手順に足す");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("4");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.type("二次運用");
  await page.keyboard.press("Tab");
  await page.keyboard.type("12/5");
  await page.keyboard.press("Tab");
  await expect.poll(() => stored(opened).countermeasures.at(-1)).toMatchObject({ side: "occurrence", causes: ["o5"], text: "食い違ったら止まる分岐を、手順に足す", method: "replace", strength: null, owner: "二次運用", due: "2025-12-05" });
  expect(await page.locator(test("gap")).count()).toBe(0);
  await page.focus(`tbody:last-of-type ${test("countermeasure-text")}`);
  await page.keyboard.press("Alt+ArrowUp");
  await expect.poll(() => stored(opened).countermeasures.at(-2)!.causes).toEqual(["o5"]);
});

it("asks for more where only attention is relied on", async () => {
  const { page } = await editor((document) => { document.countermeasures = document.countermeasures.filter(({ id }) => id === "m4"); });
  expect(await page.textContent("[data-measure=m4] .note.todo")).toContain("単独では弱い");
});

it("unties measures from a cause that goes, and ties them again when it comes back", async () => {
  const opened = await editor((document) => { document.causes.escape[0]!.children[0]!.text = ""; });
  const { page } = opened;
  await page.focus(`[data-field="node/e2"] textarea`);
  await page.keyboard.press("Backspace");
  await expect.poll(() => stored(opened).countermeasures.filter(({ causes }) => causes.includes("e2")).length).toBe(0);
  expect(stored(opened).causes.escape[0]!.children).toEqual([]);
  await page.keyboard.press("Control+z");
  await expect.poll(() => stored(opened).countermeasures.filter(({ causes }) => causes.includes("e2")).length).toBe(2);
  expect(stored(opened).causes.escape[0]!.children[0]!.id).toBe("e2");
});

it("shows what a change changed, and brings an earlier state back as a new change", async () => {
  const opened = await editor();
  const { page, core } = opened;
  await page.fill(test("title"), "別の題");
  await expect.poll(() => stored(opened).title).toBe("別の題");
  await page.click(test("tab-history"));
  await page.click(test("change"));
  await page.waitForSelector(".diff ins");
  await page.click(`${test("change")} >> nth=1`);
  const before = core.entries.get(ID)!.history.length;
  await page.click(test("restore-change"));
  await expect.poll(() => stored(opened).title).toBe(main().title);
  expect(await page.inputValue(test("title"))).toBe(main().title);
  expect(core.entries.get(ID)!.history.length).toBe(before + 1);
});
