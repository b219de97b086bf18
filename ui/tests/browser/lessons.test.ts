// What goes from one team to the other: lessons read, members, recurrences.
import { afterAll, afterEach, expect, it } from "vitest";
import { FakeCore } from "../fake/core";
import { main, sampleEntries } from "../fake/sample";
import { closeBrowser, openWindow, test, type Opened } from "./window";

afterAll(closeBrowser);
let open: Opened | null = null;
afterEach(async () => { expect(open?.errors).toEqual([]); await open?.close(); open = null; });

const ID = main().id;
async function today(change: (documents: ReturnType<typeof sampleEntries>) => void = () => {}): Promise<Opened> {
  const documents = sampleEntries();
  change(documents);
  const core = new FakeCore();
  core.fill(documents);
  open = await openWindow({ core });
  await open.page.waitForSelector(test("row"));
  return open;
}
async function editor(change?: Parameters<typeof today>[0]): Promise<Opened> {
  const opened = await today(change);
  await opened.page.click(`${test("row")}[data-id="${ID}"]`);
  await opened.page.waitForSelector(test("title"));
  return opened;
}
const stored = ({ core }: Opened, id = ID) => core.entries.get(id)!.document;

it("keeps published lessons unread until they are read, by key, and shows how far they went", async () => {
  const { page, core } = await today();
  const unread = async () => Number(/\d+/.exec(await page.textContent("#h-lessons span") ?? "")?.[0] ?? 0);
  expect(await unread()).toBe(5);
  const first = (await page.getAttribute(test("lesson"), "data-id"))!;
  await page.focus(`${test("lesson")}[data-id="${first}"]`);
  await page.keyboard.press("e");
  await expect.poll(unread).toBe(4);
  expect([...core.readers.get(first)!]).toEqual(["森下 あおい"]);
  expect(core.entries.get(first)!.document.comments).toEqual([]);
  // A number of people, never who.
  core.readers.set(first, new Set(["森下 あおい", "大西"]));
  await page.click(test("place-library"));
  await page.dblclick(`${test("row")}[data-id="${first}"]`);
  await page.waitForSelector(test("reading"));
  expect(await page.textContent(test("reading"))).toContain("4人のうち 2人が読みました");
  expect(await page.textContent(test("reading"))).not.toContain("大西");
});

it("takes one line of what a reader noticed", async () => {
  const opened = await today();
  const { page } = opened;
  const id = (await page.getAttribute(test("lesson"), "data-id"))!;
  await page.click(test("lesson"));
  await page.fill(test("reading-note"), "RDS の手順も同じでした");
  await page.keyboard.press("Enter");
  await page.getByText("読みました", { exact: true }).waitFor();
  expect(stored(opened, id).comments).toMatchObject([{ on: "sections.lessons", by: "森下 あおい", text: "RDS の手順も同じでした" }]);
});

it("lists the members, who are then offered as owners", async () => {
  const opened = await today();
  const { page, core } = opened;
  await page.click(test("place-settings"));
  await page.waitForSelector(`${test("member-name")} >> nth=3`);
  expect(await page.locator(test("member-add-me")).count()).toBe(0);
  await page.click(test("member-add"));
  await page.waitForFunction(() => document.activeElement?.matches("[data-test=member-name]") && (document.activeElement as HTMLInputElement).value === "");
  await page.keyboard.type("三浦");
  await page.keyboard.press("Tab");
  await page.selectOption(`${test("member-team")} >> nth=4`, "second_line");
  await expect.poll(() => core.members.at(-1)).toEqual({ name: "三浦", team: "second_line" });
  await page.getByRole("button", { name: "大西 を外す" }).click();
  await expect.poll(() => core.members.length).toBe(4);
  core.refusing.set("members_set", { kind: "full", message: "ディスクの空きがありません", hints: [] });
  await page.getByRole("button", { name: "藤井 を外す" }).click();
  await page.getByText("ディスクの空きがありません").waitFor();
});

it("shows a possible recurrence, on today and in the entry, with what was done then", async () => {
  const { page } = await editor((documents) => {
    const older = documents.find(({ number }) => number === "PM-0097")!;
    Object.assign(older, { runbook: { ...main().runbook, step: "4" }, escape_category: "E4", occurred_at: "2025-05-01T00:00:00+09:00" });
  });
  await page.waitForSelector(test("recurrences"));
  expect(await page.textContent(test("recurrences"))).toContain("E4");
  await page.click(`${test("recurrences")} summary`);
  await page.getByText("アラーム名を「環境-系統-項目」に統一する").waitFor();
  await page.click(test("older"));
  await page.waitForFunction(() => (document.querySelector("[data-test=title]") as HTMLTextAreaElement | null)?.value.startsWith("再起動する EC2"));
  expect(await page.locator(test("recurrences")).count()).toBe(0);
  await page.click(test("place-today"));
  expect(await page.textContent(test("suspect"))).toContain("PM-0097");
});
