// From 下書き to 公開 by two identities, with comments, and what was changed since.
import { afterAll, afterEach, expect, it } from "vitest";
import { FakeCore } from "../fake/core";
import { main } from "../fake/sample";
import { changed, closeBrowser, openWindow, saved, test, type Opened } from "./window";

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
  await open.page.click(document.status === "in_review" ? test("review-request") : test("row"));
  await open.page.waitForSelector(test("title"));
  return open;
}
const stored = ({ core }: Opened) => core.entries.get(ID)!.document;
/** Another person sits down at another window on the same workspace. */
async function second({ core }: Opened): Promise<Opened> {
  core.settings = { ...core.settings, name: "佐伯", team: "second_line" };
  await open!.close();
  // Where one was writing is kept by the workspace of one person.
  core.place = null;
  open = await openWindow({ core });
  return open;
}

it("is published once both teams approve and every point is answered", async () => {
  let opened = await editor();
  await opened.page.click(test("transition"));
  await expect.poll(() => stored(opened).status).toBe("in_review");
  await opened.page.click(test("transition"));
  // Refused: the list of what is lacking opens beside the text.
  await opened.page.waitForSelector(`${test("rail")} ${test("lack")}`);
  expect(await opened.page.locator(test("lack")).allTextContents()).toEqual(["MSPの承認がまだです", "二次運用の承認がまだです"]);
  expect(stored(opened).status).toBe("in_review");
  await opened.page.click(test("approve"));
  await expect.poll(() => stored(opened).reviews).toMatchObject([{ team: "msp", reviewer: "森下 あおい", verdict: "approved" }]);
  for (let index = 0; index < 10; index++) await opened.page.check(`${test("point")} >> nth=${index}`);
  await opened.page.fill(`${test("point-reason")} >> nth=10`, "口頭で確認した");
  await expect.poll(() => stored(opened).checklist.length).toBe(11);

  opened = await second(opened);
  const { page } = opened;
  expect(await page.textContent(test("review-request"))).toContain("PM-0142");
  await page.keyboard.press("r");
  await page.waitForSelector(test("approve"));
  expect(await page.textContent(test("team-msp"))).toContain("承認");
  await page.click(test("approve"));
  await page.getByText("「公開」にできます").waitFor();
  await page.click(test("transition"));
  await expect.poll(() => stored(opened).status).toBe("published");
  await page.click(test("transition"));
  await page.getByText("対策が終わっていません：構成変更の課題").waitFor();
  expect(stored(opened).status).toBe("published");
});

it("shows what was changed since a team approved, and asks for changes with a note", async () => {
  const opened = await editor((document) => { document.status = "in_review"; });
  const { page, core } = opened;
  await page.click(test("approve"));
  await page.waitForSelector(`${test("team-msp")} >> text=承認`);
  core.edit(ID, (document) => { document.sections.lessons = "名前ではなく状態で選ぶ"; });
  await changed(page, [ID]);
  await page.click(test("changed-since-msp"));
  expect(await page.textContent(`${test("team-msp")} ins`)).toContain("名前ではなく状態で選ぶ");
  await page.click(test("ask-changes"));
  await page.waitForFunction(() => document.activeElement?.matches("[data-test=review-note]"));
  await page.keyboard.type("学びに、手順の番号を足してください");
  await page.keyboard.press("Control+Enter");
  await expect.poll(() => stored(opened).reviews.at(-1)?.verdict).toBe("changes");
  expect(stored(opened).comments).toMatchObject([{ on: "reviews", by: "森下 あおい", text: "学びに、手順の番号を足してください" }]);
});

it("comments on the why that holds the cursor, answers, settles and takes that back", async () => {
  const opened = await editor();
  const { page } = opened;
  await page.click('[data-field="node/o2"] textarea');
  await page.keyboard.press("Control+Shift+M");
  await page.waitForFunction(() => document.activeElement?.matches("[data-test=comment-new]"));
  expect(await page.textContent(test("comment-on"))).toContain("なぜ2");
  await page.keyboard.type("切り替えの課題の番号は");
  await page.keyboard.press("Control+Enter");
  await expect.poll(() => stored(opened).comments).toMatchObject([{ on: "o2", text: "切り替えの課題の番号は", by: "森下 あおい" }]);
  await page.waitForSelector(`[data-node="o2"] ${test("comment-mark")}`);
  await page.click(test("answer"));
  await page.waitForFunction(() => document.activeElement?.matches("[data-test=comment-answer]"));
  await page.keyboard.type("OPS-2217 です");
  await page.keyboard.press("Control+Enter");
  await expect.poll(() => stored(opened).comments[0]!.replies).toMatchObject([{ text: "OPS-2217 です" }]);
  await page.click(test("settle"));
  await expect.poll(() => stored(opened).comments[0]!.resolved).toBe(true);
  expect(await page.locator(`[data-node="o2"] ${test("comment-mark")}`).count()).toBe(0);
  await page.getByRole("button", { name: "取り消す" }).click();
  await expect.poll(() => stored(opened).comments[0]!.resolved).toBe(false);
  await page.click(test("comment-place"));
  await page.waitForFunction(() => document.activeElement?.closest("[data-node]")?.getAttribute("data-node") === "o2");
  await saved(page);
});

it("keeps a comment that the core refuses in its box", async () => {
  const opened = await editor();
  const { page, core } = opened;
  core.refusing.set("comment", { kind: "full", message: "ディスクの空きがありません", hints: [] });
  await page.keyboard.press("Control+Shift+M");
  await page.fill(test("comment-new"), "消えては困る");
  await page.click(test("comment-send"));
  await page.getByText("ディスクの空きがありません").waitFor();
  expect(await page.inputValue(test("comment-new"))).toBe("消えては困る");
});
