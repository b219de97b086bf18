// When things go wrong: the text stays, and the words say what to do.
import { afterAll, expect, it } from "vitest";
import { FakeCore } from "../fake/core";
import { main } from "../fake/sample";
import { changed, closeBrowser, openWindow, saved, test } from "./window";

afterAll(closeBrowser);
const entry = main().id;

async function openMain(core = new FakeCore().fill()) {
  const opened = await openWindow({ core });
  await opened.page.click(`${test("row")}[data-id="${entry}"]`);
  await opened.page.waitForSelector(test("title"));
  return opened;
}

it("tells on a whole page why the workspace cannot be opened, and tries again", async () => {
  const core = new FakeCore().fill();
  core.refusing.set("start", { kind: "locked", message: "ほかのプログラムがワークスペースを使っています", hints: ["ほかの窓や端末の処理が終わってから、もう一度お試しください"] });
  const { page, close } = await openWindow({ core });
  await page.getByText("ほかのプログラムがワークスペースを使っています").waitFor();
  await page.getByText("ほかの窓や端末の処理が終わってから").waitFor();
  core.refusing.delete("start");
  await page.getByRole("button", { name: "もう一度" }).click();
  await page.waitForSelector(test("continue"));
  await close();
});

it("tells calmly what was restored and what was lost", async () => {
  const core = new FakeCore().fill();
  core.recovery = { set_aside: "/home/aoi/Yokoten/damaged", entries: 9, changes: 410, from_backup: "2025-11-17T03:00:00+09:00", lost: ["PM-0139 の変更 2件"] };
  const { page, close } = await openWindow({ core });
  await page.getByText("PM-0139 の変更 2件").waitFor();
  await close();
});

it("keeps the text when saving fails, says why, and saves it later", async () => {
  const { page, core, close } = await openMain();
  core.refusing.set("edit", { kind: "full", message: "ディスクの空きがありません", hints: ["空きを作ると、続きから保存します"] });
  await page.fill(test("title"), "ディスクが一杯でも消えない題");
  await page.waitForSelector(`${test("save-state")}[data-state="failed"]`);
  await page.getByText("ディスクの空きがありません").waitFor();
  await page.getByText("空きを作ると、続きから保存します").waitFor();
  expect(await page.inputValue(test("title"))).toBe("ディスクが一杯でも消えない題");
  core.refusing.delete("edit");
  await page.click(test("save-retry"));
  await saved(page);
  expect(core.entries.get(entry)!.document.title).toBe("ディスクが一杯でも消えない題");
  await close();
});

it("comes back to the unsaved text of an entry that was left", async () => {
  const { page, core, close } = await openMain();
  core.refusing.set("edit", { kind: "full", message: "ディスクの空きがありません", hints: [] });
  await page.fill(test("title"), "離れても消えない題");
  await page.waitForSelector(`${test("save-state")}[data-state="failed"]`);
  await page.click(test("place-today"));
  await page.click(`${test("row")}[data-id="${entry}"]`);
  await page.waitForSelector(test("title"));
  expect(await page.inputValue(test("title"))).toBe("離れても消えない題");
  core.refusing.delete("edit");
  await page.click(test("save-retry"));
  await saved(page);
  expect(core.entries.get(entry)!.document.title).toBe("離れても消えない題");
  await close();
});

it("joins what another window or the command line writes, and keeps the caret", async () => {
  const { page, core, close } = await openMain();
  const title = page.locator(test("title"));
  await title.focus();
  await title.evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(3, 3));
  core.edit(entry, (document) => { document.title = `【再発】${document.title}`; document.customer = "白樺証券"; });
  await changed(page, [entry]);
  await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>("[data-test=title]")!.value.startsWith("【再発】"));
  expect(await title.evaluate((field: HTMLTextAreaElement) => field.selectionStart)).toBe(3 + "【再発】".length);
  await page.keyboard.type("の");
  await saved(page);
  await page.waitForFunction(() => document.querySelector("[data-test=save-state]")!.getAttribute("data-state") === "saved");
  expect(core.entries.get(entry)!.document).toMatchObject({ title: "【再発】ALBの 5xx アラートで、正常な EC2 を再起動した", customer: "白樺証券" });
  await close();
});

it("merges an edit of the other side that arrives while ours is on its way", async () => {
  const { page, core, close } = await openMain();
  let release = () => {};
  core.gates.set("edit", new Promise((resolve) => { release = resolve; }));
  await page.fill(test("title"), "ALB 5xx アラートで、正常な EC2 を再起動した（追記）");
  await page.waitForSelector(`${test("save-state")}[data-state="saving"]`);
  core.edit(entry, (document) => { document.customer = "白樺証券"; });
  await changed(page, [entry]);
  core.gates.delete("edit");
  release();
  await saved(page);
  expect(core.entries.get(entry)!.document).toMatchObject({ title: "ALB 5xx アラートで、正常な EC2 を再起動した（追記）", customer: "白樺証券" });
  await page.getByText("白樺証券").first().waitFor();
  await close();
});
