// Questions on the wording: the wavy line, what it asks, and leaving it as it is.
import { afterAll, afterEach, expect, it } from "vitest";
import type { Dismissed, Postmortem } from "../../src/core.gen";
import { FakeCore } from "../fake/core";
import { main, sampleEntries } from "../fake/sample";
import { changed, closeBrowser, openWindow, saved, test, type Opened } from "./window";

afterAll(closeBrowser);
let open: Opened | null = null;
afterEach(async () => { expect(open?.errors).toEqual([]); await open?.close(); open = null; });

const ID = main().id;
async function editor(change: (document: Postmortem) => void): Promise<Opened> {
  const documents = sampleEntries();
  change(documents.find(({ id }) => id === ID)!);
  const core = new FakeCore();
  core.fill(documents);
  open = await openWindow({ core });
  await open.page.waitForSelector(test("row"));
  await open.page.click(`${test("row")}[data-id="${ID}"]`);
  await open.page.waitForSelector(test("title"));
  return open;
}
const stored = ({ core }: Opened) => core.entries.get(ID)!.document;
const prose = test("section-occurrence_cause");

it("underlines what was typed when typing rests, and asks on a click", async () => {
  const opened = await editor(() => {});
  const { page } = opened;
  await page.click(prose);
  await page.keyboard.type("担当者の確認不足だった。");
  await page.waitForSelector(`${prose} .weak`);
  expect(await page.textContent(`${prose} .weak`)).toBe("確認不足");
  await page.click(`${prose} .weak`);
  expect(await page.textContent(test("hint-memo"))).toContain("どの画面で");
  // It goes on while one writes: nothing is blocked, and the line follows its words.
  await page.keyboard.press("Escape");
  await page.waitForSelector(test("hint-memo"), { state: "detached" });
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("夜勤。");
  expect(await page.textContent(`${prose} .weak`)).toBe("確認不足");
  await saved(page);
  expect(stored(opened).sections.occurrence_cause).toBe("夜勤。担当者の確認不足だった。");
});

it("goes on asking while the page moves and another window writes, until the words are gone", async () => {
  const opened = await editor((document) => { document.sections.occurrence_cause = "担当者の確認不足だった。"; });
  const { page, core } = opened;
  const memo = page.locator(test("hint-memo"));
  await page.click(`${prose} .weak`);
  const before = (await memo.boundingBox())!;
  await page.mouse.wheel(0, 40);
  await expect.poll(async () => Math.round(before.y - ((await memo.boundingBox())?.y ?? 0))).toBe(40);
  core.edit(ID, (document) => { document.customer = "白樺証券"; });
  const asks = () => core.calls.filter(({ name }) => name === "advise").length;
  const asked = asks();
  await changed(page, [ID]);
  await expect.poll(asks).toBeGreaterThan(asked);
  expect(await memo.textContent()).toContain("どの画面で");
  core.edit(ID, (document) => { document.sections.occurrence_cause = "手順書が二つあった。"; });
  await changed(page, [ID]);
  await memo.waitFor({ state: "detached" });
});

it("leaves one of two as it is, for good, and takes it back with undo", async () => {
  const opened = await editor((document) => { document.sections.occurrence_cause = "甲の確認不足。\n\n乙の確認不足。"; });
  const { page } = opened;
  await expect.poll(() => page.locator(`${prose} .weak`).count()).toBe(2);
  await page.locator(`${prose} .weak`).nth(1).click();
  await page.click(`${test("hint-memo")} ${test("hint-leave")}`);
  await expect.poll(() => page.locator(`${prose} .weak`).count()).toBe(1);
  expect(await page.locator(`${prose} p`, { has: page.locator(".weak") }).textContent()).toBe("甲の確認不足。");
  await saved(page);
  const dismissed = stored(opened).dismissed as (Dismissed & { sentence?: string })[];
  expect(dismissed).toMatchObject([{ code: "weak_check", field: "occurrence_cause", found: "確認不足", sentence: "乙の確認不足。" }]);
  await page.click(prose);
  await page.keyboard.press("Control+z");
  await expect.poll(() => page.locator(`${prose} .weak`).count()).toBe(2);
});

it("asks beside a why and a measure, and lists the questions of the place in the guide", async () => {
  const opened = await editor((document) => {
    document.causes.occurrence[0]!.text = "担当者の確認不足";
    document.countermeasures[0]!.text = "全員に周知する";
  });
  const { page } = opened;
  const why = page.locator("[data-node=o1] > .asked");
  await expect.poll(() => why.textContent()).toContain("どの画面で");
  expect(await page.locator("[data-measure=m1] .asked").textContent()).toContain("半年後");
  await page.focus("[data-node=o1] textarea");
  expect(await page.textContent(test("guide-hints"))).toContain("1件");
  await why.locator(test("hint-leave")).focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => why.count()).toBe(0);
  await saved(page);
  expect(stored(opened).dismissed).toHaveLength(1);
});

it("proposes a method with its reason, and the person decides", async () => {
  const opened = await editor((document) => { Object.assign(document.countermeasures[0]!, { text: "宛先を自動で照合する", method: null }); });
  const { page } = opened;
  await page.waitForSelector(test("proposal"));
  expect(await page.textContent("[data-measure=m1]")).toContain("「自動」から、強さ4");
  expect(stored(opened).countermeasures[0]!.method).toBeNull();
  await page.click(test("proposal"));
  await saved(page);
  expect(stored(opened).countermeasures[0]!.method).toBe("replace");
  await expect.poll(() => page.locator(test("proposal")).count()).toBe(0);
});

it("reads each chain back from the root, to agree with or to mend", async () => {
  const opened = await editor(() => {});
  const { page } = opened;
  await page.click(test("read-back-occurrence"));
  const chains = page.locator(test("chain"));
  await expect.poll(() => chains.count()).toBe(2);
  expect(await chains.nth(0).locator("p").textContent()).toBe("構成変更の完了条件に、手順の見直しが入っていない。だから、10月28日の切り替えで対象が変わったが、手順は直されなかった。だから、手順に、対象が web-03 と書いてあった。");
  await chains.nth(0).locator(test("chain-agree")).click();
  expect(await page.textContent(test("read-back-occurrence"))).toContain("1／2");
  await saved(page);
  expect(stored(opened).agreed).toMatchObject([{ side: "occurrence", text: "構成変更の完了条件に、手順の見直しが入っていない\n10月28日の切り替えで対象が変わったが、手順は直されなかった\n手順に、対象が web-03 と書いてあった" }]);
  await chains.nth(1).locator(test("chain-mend")).click();
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest("[data-node]")?.getAttribute("data-node"))).toBe("o5");
});
