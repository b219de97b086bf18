// What can be done to the countermeasures of an entry.
import type { Countermeasure, Method, Postmortem, Proven, Side, Verdict } from "../../../core.gen";
import { strengthOf, type RootCause } from "../../../document/causes";
import { reopened } from "../../../document/whyNot";
import type { OpenEntry } from "../entry.svelte";
import { focusField, type View } from "../view.svelte";

const all = (entry: OpenEntry) => entry.get(["countermeasures"]) as Countermeasure[];

export function newMeasure(side: Side, causes: string[]): Countermeasure {
  return {
    id: crypto.randomUUID(), side, term: "permanent", text: "", causes, method: null, strength: null, owner: "", due: null, state: "open", closed_on: null, link: "", exception: "",
    effect: { measure: "", denominator: "", check_on: null, judge: "", verdict: "pending", note: "" },
  };
}

export function addMeasure(entry: OpenEntry, view: View, side: Side, causes: string[]): void {
  const measure = newMeasure(side, causes);
  entry.set(["countermeasures"], [...all(entry), measure]);
  view.measure = measure.id;
  focusField(`measure/${measure.id}/text`);
}

export function removeMeasure(entry: OpenEntry, id: string): void {
  const list = all(entry);
  const index = list.findIndex((measure) => measure.id === id);
  entry.set(["countermeasures"], list.toSpliced(index, 1));
  const next = list[index + 1] ?? list[index - 1];
  focusField(next ? `measure/${next.id}/text` : "measures");
}

export function moveMeasure(entry: OpenEntry, id: string, by: -1 | 1): void {
  const list = all(entry);
  const index = list.findIndex((measure) => measure.id === id);
  const other = list[index + by];
  if (!other) return;
  entry.set(["countermeasures"], list.with(index, other).with(index + by, list[index]!));
  focusField(`measure/${id}/text`);
}

/** Chooses a method; the strength it proposes stands unless a person has set another. */
export function chooseMethod(entry: OpenEntry, id: string, method: Method): void {
  entry.set(["countermeasures", { id }, "method"], method);
  entry.set(["countermeasures", { id }, "strength"], null, { joined: true });
}

/** Quotes a proven countermeasure, with the address of where it stands: into one that is still empty, or as a new one. */
export function quote(entry: OpenEntry, view: View, proven: Proven, { side, causes, into }: { side: Side; causes: string[]; into: string | null }): void {
  const { text, strength } = proven.action;
  const list = all(entry);
  const target = list.find(({ id, text: there }) => id === into && there.trim() === "") ?? newMeasure(side, causes);
  const quoted = { ...target, text, strength, link: proven.quote };
  entry.set(["countermeasures"], list.some(({ id }) => id === target.id) ? list.map((one) => (one.id === target.id ? quoted : one)) : [...list, quoted]);
  view.measure = target.id;
  focusField(`measure/${target.id}/owner`);
}

/** Puts 「前回の対策はなぜ効かなかったか」 into the analysis, where it is not there yet. */
export function askWhy(entry: OpenEntry, id: string, how: { joined?: boolean } = {}): void {
  const document = entry.get([]) as Postmortem;
  const measure = document.countermeasures.find((one) => one.id === id);
  const tree = measure && reopened(document, measure);
  if (tree) entry.set(["causes", tree.side], tree.nodes, how);
}

/** Keeps a verdict; what did not work reopens the analysis in the same step. */
export function judge(entry: OpenEntry, id: string, verdict: Verdict): void {
  entry.set(["countermeasures", { id }, "effect", "verdict"], verdict);
  if (verdict === "ineffective") askWhy(entry, id, { joined: true });
}

/** Whether the causes of a weak measure (1) have no stronger one beside it. */
export function isWeakAlone(measure: Countermeasure, causes: RootCause[]): boolean {
  if (measure.state === "dropped" || strengthOf(measure) !== 1 || measure.exception.trim() !== "") return false;
  const own = causes.filter((cause) => measure.causes.includes(cause.node.id));
  return own.length === 0 || own.some((cause) => !cause.measures.some((other) => (strengthOf(other) ?? 0) >= 3));
}
