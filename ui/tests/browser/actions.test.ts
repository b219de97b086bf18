// 対策 by keyboard: what is due, closing with a plan, judging, taking back.
import { afterAll, afterEach, expect, it } from "vitest";
import { FakeCore } from "../fake/core";
import { main } from "../fake/sample";
import { closeBrowser, openWindow, test, type Opened } from "./window";

afterAll(closeBrowser);
let open: Opened | null = null;
afterEach(async () => { expect(open?.errors).toEqual([]); await open?.close(); open = null; });

const ID = main().id;
const row = (id: string) => `${test("action")}[data-id="${id}"]`;
async function actions(change: (document: ReturnType<typeof main>) => void = () => {}): Promise<Opened> {
  const document = main();
  change(document);
  const core = new FakeCore();
  core.fill([document]);
  open = await openWindow({ core });
  await open.page.waitForSelector(test("row"));
  await open.page.keyboard.press("Control+3");
  await open.page.waitForSelector(test("action"));
  return open;
}
const stored = ({ core }: Opened, id: string) => core.entries.get(ID)!.document.countermeasures.find((measure) => measure.id === id)!;
const selected = (opened: Opened) => opened.page.getAttribute(`${test("action")}[aria-selected=true]`, "data-id");

it("closes a countermeasure by key, once it says how it will be judged, and takes it back", async () => {
  const opened = await actions();
  const { page } = opened;
  await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "row");
  expect(await selected(opened)).toBe("m1");
  await page.keyboard.press("j");
  await expect.poll(() => selected(opened)).toBe("m2");
  await page.keyboard.press("k");
  await page.keyboard.press("e");
  await page.waitForSelector(test("effect-measure"));
  expect(await page.getAttribute(test("effect-keep"), "aria-disabled")).toBe("true");
  await page.fill(test("effect-measure"), "対象違いの再起動");
  await page.fill(test("effect-one-in"), "３００");
  await page.click(test("effect-use"));
  expect(await page.inputValue(test("effect-denominator"))).toContain("900");
  await page.fill(test("effect-judge"), "佐伯");
  await page.fill(test("effect-check-on"), "2026-02-28");
  await page.keyboard.press("Enter");
  await expect.poll(() => stored(opened, "m1")).toMatchObject({ state: "done", effect: { measure: "対象違いの再起動", denominator: "同じアラートの対応 900件", judge: "佐伯", check_on: "2026-02-28" } });
  await page.getByRole("button", { name: "取り消す" }).click();
  await expect.poll(() => stored(opened, "m1")).toMatchObject({ state: "open", effect: { measure: "", check_on: null } });
});

it("judges what can be judged, and reopens the analysis where it did not work", async () => {
  const opened = await actions((document) => {
    Object.assign(document.countermeasures[0]!, { state: "done", effect: { measure: "再発", denominator: "対応 900件", check_on: "2025-11-01", judge: "佐伯", verdict: "pending", note: "" } });
  });
  const { page } = opened;
  await page.click(test("view-checks"));
  await page.waitForFunction(() => document.querySelectorAll("[data-test=action]").length === 1);
  await page.click(row("m1"));
  await page.keyboard.press("v");
  await page.check(test("verdict-ineffective"));
  await page.fill(test("effect-note"), "300件中 1件で再発");
  await page.click(test("effect-keep"));
  await expect.poll(() => stored(opened, "m1").effect).toMatchObject({ verdict: "ineffective", note: "300件中 1件で再発" });
  const o3 = () => opened.core.entries.get(ID)!.document.causes.occurrence[0]!.children[0]!.children[0]!;
  expect(o3().children.map(({ id }) => id)).toEqual(["why-not:m1"]);
  await page.click(test("place-today"));
  await page.click(`${test("row")}[data-id="${ID}"]`);
  await page.waitForSelector(test("title"));
  await page.getByRole("button", { name: /前回の対策はなぜ効かなかったか/ }).click();
  await page.waitForFunction(() => document.activeElement?.closest("[data-field='node/why-not:m1']") !== null);
  await page.keyboard.type("古い入口から呼ばれていた");
  await expect.poll(() => o3().children[0]!.text).toBe("古い入口から呼ばれていた");
  await expect.poll(() => page.getByRole("button", { name: /前回の対策はなぜ効かなかったか/ }).count()).toBe(0);
});

it("changes owner, date, state and link in place", async () => {
  const opened = await actions();
  const { page } = opened;
  await page.click(row("m2"));
  await page.keyboard.press("F2");
  await page.fill(test("action-owner"), "二次運用");
  await page.keyboard.press("Tab");
  await expect.poll(() => stored(opened, "m2").owner).toBe("二次運用");
  await page.fill(test("action-due"), "12/24");
  await page.keyboard.press("Tab");
  await expect.poll(() => stored(opened, "m2").due).toBe("2025-12-24");
  await page.fill(test("action-link"), "https://example.backlog.jp/view/OPS-9");
  await page.keyboard.press("Tab");
  await expect.poll(() => stored(opened, "m2").link).toBe("https://example.backlog.jp/view/OPS-9");
  await page.waitForFunction(() => document.querySelector("[data-test=action-link]") === null);
  await page.click(row("m2"));
  await page.keyboard.press("F2");
  await page.waitForFunction(() => document.activeElement?.matches("[data-test=action-owner]"));
  await page.selectOption(test("action-state"), "dropped");
  await expect.poll(() => stored(opened, "m2").state).toBe("dropped");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "row");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.matches("[data-test=countermeasure-text]"));
});

it("filters, copies for Slack, exports, and says when there is nothing", async () => {
  const opened = await actions();
  const { page, core } = opened;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.keyboard.press("/");
  await page.keyboard.type("照合");
  await page.waitForFunction(() => document.querySelectorAll("[data-test=action]").length === 1);
  await page.click(test("actions-copy"));
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain("照合する画面");
  await page.click(test("actions-export"));
  await page.getByText("書き出しました").waitFor();
  expect(core.calls.find(({ name }) => name === "actions_export")!.args).toMatchObject({ path: "/tmp/out/対策.csv", query: { text: "照合" } });
  await page.fill(test("actions-filter"), "ない言葉");
  await page.getByText("当てはまる対策はありません").waitFor();
});

it("holds thousands of rows and draws only those in view", async () => {
  const opened = await actions((document) => {
    const one = document.countermeasures[0]!;
    document.countermeasures = Array.from({ length: 5000 }, (_, index) => ({ ...one, id: `x${index}`, text: `対策 ${index}` }));
  });
  const { page } = opened;
  await page.getByText("5000件").first().waitFor();
  expect(await page.locator(test("action")).count()).toBeLessThan(60);
  await page.locator(".rows").evaluate((list) => { list.scrollTop = list.scrollHeight; });
  await page.waitForSelector(row("x4999"));
});

it("says so where a countermeasure is gone, and loses nothing where a change is refused", async () => {
  const opened = await actions();
  const { page, core } = opened;
  core.refusing.set("edit", { kind: "full", message: "ディスクの空きがありません", hints: ["空きを作ってください"] });
  await page.click(row("m3"));
  await page.keyboard.press("F2");
  await page.selectOption(test("action-state"), "dropped");
  await page.getByText("ディスクの空きがありません").waitFor();
  expect(stored(opened, "m3").state).toBe("open");
  core.refusing.clear();
  core.edit(ID, (document) => { document.countermeasures = document.countermeasures.filter(({ id }) => id !== "m3"); });
  await page.selectOption(test("action-state"), "dropped");
  await page.getByText("もう記事にありません").waitFor();
  await page.waitForFunction(() => document.querySelectorAll("[data-test=action]").length === 3);
});

it("counts the handlings of the alert beside the check, which ripens by them", async () => {
  const opened = await actions((document) => {
    document.alert.name = "web-cpu";
    Object.assign(document.countermeasures[0]!, { state: "done", closed_on: "2025-09-20", effect: { measure: "再発", denominator: "対応 300件", check_on: "2026-12-01", judge: "佐伯", verdict: "pending", note: "" } });
  });
  const { page, core } = opened;
  const count = async (month: string, handled: string) => {
    await page.fill(test("handlings-month"), month);
    await page.fill(test("handlings-count"), handled);
    await page.click(test("handlings-add"));
  };
  await page.click(row("m1"));
  await page.keyboard.press("v");
  await count("2025年10月", "120");
  expect(await page.textContent(".handlings [role=status]")).toContain("2026-10");
  expect(core.alertCounts).toEqual([]);
  await count("２０２５－１０", "１２０件");
  await expect.poll(() => page.textContent(test("handled"))).toContain("120／300件");
  await count("2025-09", "900");
  await expect.poll(() => core.alertCounts.length).toBe(2);
  expect(await page.textContent(test("handled"))).toContain("120／300件");
  await page.keyboard.press("Escape");
  await expect.poll(() => page.textContent(`${row("m1")} ${test("action-handled")}`)).toBe("120／300件");
  await page.keyboard.press("v");
  await count("2025-11", "180");
  await expect.poll(() => page.textContent(test("handled"))).toContain("300／300件");
  await page.keyboard.press("Escape");
  await expect.poll(() => page.textContent(row("m1"))).toContain("確認できます");
});
