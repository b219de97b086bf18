import { describe, expect, it } from "vitest";
import { main } from "../../tests/fake/sample";
import { compareTexts, differences } from "./difference";

const marked = (was: string, is: string) => compareTexts(was, is).map(({ kind, text }) => ({ same: text, gone: `[-${text}-]`, new: `[+${text}+]` })[kind]).join("");

describe("texts", () => {
  it("differ word by word", () => expect(marked("正常な EC2 を再起動した", "健全な EC2 を停止した")).toBe("[-正常-][+健全+]な EC2 を[-再起動-][+停止+]した"));
  it("are shortened where they are the same", () => {
    const long = "あいうえお".repeat(40);
    expect(marked(`${long}甲${long}`, `${long}乙${long}`)).toMatch(/^….{40}\[-甲-\]\[\+乙\+\].{40}…$/);
  });
  it("of any length are compared at once", () => {
    const started = performance.now();
    const text = "手順書の対象名が直されなかった。".repeat(20_000);
    compareTexts(`甲${text}`, `${text}乙`);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("documents", () => {
  it("tell of every field that changed, and of items by what happened to them", () => {
    const before = main();
    const after = structuredClone(before);
    after.title = "別の題";
    after.causes.occurrence[0]!.children[0]!.text = "別の答え";
    after.countermeasures.splice(1, 1);
    after.timeline.push({ id: "new", at: "2025-11-14T04:00:00+09:00", actor: "顧客", text: "完了の連絡", source: "manual", step: "", step_outcome: null });
    expect(differences(before, after).map(({ field, item }) => [field, item])).toEqual([["title", null], ["causes.occurrence", "changed"], ["countermeasures", "removed"], ["timeline", "added"]]);
  });
  it("tell of items that only moved", () => {
    const before = main();
    const after = structuredClone(before);
    after.countermeasures.reverse();
    expect(differences(before, after)).toMatchObject([{ field: "countermeasures", item: "moved" }]);
  });
  it("tell codes by the words of those who read", () => {
    const [before, after] = [main(), main()];
    after.status = "in_review";
    after.countermeasures[0]!.state = "done";
    const said = differences(before, after, (key, code) => `${key}=${code}`).map(({ pieces }) => pieces.map(({ text }) => text).join("|"));
    expect(said[0]).toBe("status=|draft|in_review");
    expect(said[1]).toContain("[state=done]");
  });
  it("begin with everything", () => expect(differences(null, main()).some(({ field }) => field === "title")).toBe(true));
  it("that are equal tell nothing", () => expect(differences(main(), main())).toEqual([]));
});
