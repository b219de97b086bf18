import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Assignment, Edited, Postmortem } from "../core.gen";
import { Autosave, coalesce, LONGEST, PAUSE, type SaveState } from "./autosave";

const set = (path: Assignment["path"], value: unknown): Assignment => ({ path, value });
const document = (title: string) => ({ title }) as Postmortem;

function start(more: { composing?: () => boolean } = {}) {
  const sent: { base: string; set: Assignment[]; answer: (edited?: Partial<Edited>) => void; fail: () => void }[] = [];
  const told: SaveState[] = [];
  const adopted: Postmortem[] = [];
  const save = new Autosave<Postmortem>({
    revision: "r0",
    send: (base, set) => new Promise((resolve, reject) => {
      const at = sent.length + 1;
      sent.push({ base, set, answer: (edited) => resolve({ branch: `b${at}`, revision: `r${at}`, at: "2025-11-18T14:32:00+09:00", document: document(`merged ${at}`), ...edited }), fail: () => reject(new Error("disk full")) });
    }),
    adopt: (merged) => adopted.push(merged),
    tell: (state) => told.push(state),
    settle: () => {},
    isComposing: more.composing ?? (() => false),
    problemOf: (thrown) => ({ kind: "io", message: String(thrown), hints: [] }),
  });
  return { save, sent, told, adopted, kinds: () => told.map(({ kind }) => kind) };
}
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

describe("the queue", () => {
  it("sends after a pause, and the last text of a field only", async () => {
    const { save, sent } = start();
    save.push(set(["title"], "a"));
    await vi.advanceTimersByTimeAsync(PAUSE - 1);
    save.push(set(["title"], "ab"));
    await vi.advanceTimersByTimeAsync(PAUSE - 1);
    expect(sent).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent.map(({ base, set }) => ({ base, set }))).toEqual([{ base: "r0", set: [set(["title"], "ab")] }]);
  });

  it("says that all is stored when a request took along what was typed while it waited", async () => {
    const { save, sent, kinds } = start();
    save.push(set(["title"], "a"));
    await vi.advanceTimersByTimeAsync(PAUSE);
    save.push(set(["title"], "ab"));
    sent[0]!.answer();
    await settle();
    sent[1]!.answer();
    await vi.advanceTimersByTimeAsync(LONGEST);
    expect(sent).toHaveLength(2);
    expect(kinds().at(-1)).toBe("saved");
  });

  it("says that all is stored when what was typed was taken back", async () => {
    const { save, sent, kinds } = start();
    save.touch();
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(sent).toHaveLength(0);
    expect(kinds()).toEqual(["saving", "saved"]);
  });

  it("sends at least every second while typing goes on", async () => {
    const { save, sent } = start();
    for (let ms = 0; ms <= LONGEST; ms += 100) {
      save.push(set(["title"], `${ms}`));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(sent).toHaveLength(1);
  });

  it("lets nobody who waits go on while a request is in flight, and tries once for all of them when it fails", async () => {
    const { save, sent } = start();
    save.push(set(["title"], "a"));
    const ended: string[] = [];
    for (const name of ["first", "second", "third"]) void save.flush().then(() => ended.push(name));
    await settle();
    sent[0]!.fail();
    await settle();
    expect(ended).toEqual(["first", "second", "third"]);
    expect(sent).toHaveLength(1);
    expect(save.idle).toBe(false);
    const all = [save.flush(), save.flush()];
    await settle();
    sent[1]!.answer();
    await Promise.all(all);
    expect(sent).toHaveLength(2);
    expect(save.idle).toBe(true);
  });

  it("keeps one request in flight and builds the next on its branch", async () => {
    const { save, sent, adopted } = start();
    save.push(set(["title"], "a"));
    void save.flush();
    await settle();
    save.push(set(["title"], "ab"));
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(sent).toHaveLength(1);
    sent[0]!.answer();
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(sent[1]).toMatchObject({ base: "b1", set: [{ value: "ab" }] });
    expect(adopted).toEqual([]);
    sent[1]!.answer();
    await settle();
    expect(adopted).toEqual([document("merged 2")]);
  });

  it("builds on the merged revision once it was adopted", async () => {
    const { save, sent } = start();
    save.push(set(["title"], "a"));
    void save.flush();
    await settle();
    sent[0]!.answer();
    await settle();
    save.push(set(["title"], "b"));
    void save.flush();
    await settle();
    expect(sent[1]!.base).toBe("r1");
  });

  it("loses nothing when saving fails, says so, and tries again by itself and at once on demand", async () => {
    const { save, sent, told, kinds } = start();
    save.push(set(["title"], "a"));
    void save.flush();
    await settle();
    save.push(set(["customer"], "みなと物産"));
    sent[0]!.fail();
    await settle();
    expect(told.at(-1)).toMatchObject({ kind: "failed", problem: { message: "Error: disk full" } });
    save.push(set(["title"], "ab"));
    expect(kinds().at(-1)).toBe("failed");
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent[1]).toMatchObject({ base: "r0", set: [set(["title"], "ab"), set(["customer"], "みなと物産")] });
    sent[1]!.fail();
    await settle();
    void save.retry();
    await settle();
    sent[2]!.answer();
    await settle();
    expect(kinds().at(-1)).toBe("saved");
    expect(save.idle).toBe(true);
  });

  it("sends nothing while an input method composes, and soon after", async () => {
    let composing = false;
    const { save, sent } = start({ composing: () => composing });
    save.push(set(["title"], "a"));
    composing = true;
    await vi.advanceTimersByTimeAsync(5000);
    expect(sent).toHaveLength(0);
    composing = false;
    save.composed();
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(sent).toHaveLength(1);
  });

  it("does not adopt under a composition, but when it has ended", async () => {
    let composing = false;
    const { save, sent, adopted } = start({ composing: () => composing });
    save.push(set(["title"], "a"));
    void save.flush();
    await settle();
    composing = true;
    sent[0]!.answer();
    await settle();
    expect(adopted).toEqual([]);
    composing = false;
    save.composed();
    expect(adopted).toEqual([document("merged 1")]);
  });

  it("goes on saying that it saves while more is waiting", async () => {
    const { save, sent, kinds } = start();
    save.push(set(["title"], "a"));
    void save.flush();
    await settle();
    save.push(set(["title"], "ab"));
    sent[0]!.answer();
    await settle();
    expect(kinds().at(-1)).toBe("saving");
  });
});

describe("coalescing", () => {
  it("keeps the last value of a path", () => {
    expect([set(["title"], "a"), set(["customer"], "b"), set(["title"], "c")].reduce(coalesce, [])).toEqual([set(["title"], "c"), set(["customer"], "b")]);
  });
  it("writes an inner value into the list that already waits", () => {
    const list = [{ id: "1", text: "a" }, { id: "2", text: "" }];
    expect([set(["countermeasures"], list), set(["countermeasures", 1, "text"], "b")].reduce(coalesce, [])).toEqual([set(["countermeasures"], [{ id: "1", text: "a" }, { id: "2", text: "b" }])]);
    expect(list[1]!.text).toBe("");
  });
  it("drops inner values that a whole list replaces", () => {
    expect([set(["countermeasures", 1, "text"], "b"), set(["countermeasures"], [])].reduce(coalesce, [])).toEqual([set(["countermeasures"], [])]);
  });
});
