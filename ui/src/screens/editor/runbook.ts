// The runbook's steps: their numbers, pasting them, and the first place where the handling left them.
import { call } from "../../core";
import type { Divergence, Postmortem, RunbookStep, WhyNode } from "../../core.gen";
import { walk } from "../../document/causes";
import { clock } from "../../document/time";
import { newNode } from "../../document/tree";
import { t } from "../../text.svelte";
import type { OpenEntry } from "./entry.svelte";
import { focusField } from "./view.svelte";

/** The number in front of a step below another, `3-1` of `3-1 宛先を選ぶ`. */
const below = (text: string) => /^\d+(?:-\d+)+(?= )/.exec(text)?.[0] ?? null;

/** The words of a step without that number. */
export const withoutNumber = (text: string) => text.slice(below(text)?.length ?? 0).trimStart();

/** The number of each step as a person calls it: `1`, `2`, `2-1`, `3`. The core counts the same. */
export function stepNumbers(steps: RunbookStep[]): string[] {
  let first = 0;
  return steps.map(({ text }) => below(text) ?? String(++first));
}

/** Puts pasted steps in the place of an empty one, or after one that has words. */
export async function pasteSteps(entry: OpenEntry, text: string, at: string | null): Promise<void> {
  const pasted = (await call("paste_steps", { text })).map((words) => ({ id: crypto.randomUUID(), text: words }));
  const list = entry.get(["runbook", "steps"]) as RunbookStep[];
  const index = list.findIndex(({ id }) => id === at);
  const empty = list[index]?.text.trim() === "";
  entry.set(["runbook", "steps"], list.toSpliced(index < 0 ? list.length : index + (empty ? 0 : 1), empty ? 1 : 0, ...pasted));
  const last = pasted.at(-1);
  if (last) focusField(`runbook/steps/#${last.id}/text`);
}

/** What happened at a divergence, as a first why. */
export function divergenceText(document: Postmortem, { row, step, outcome }: Divergence): string {
  const { steps } = document.runbook;
  const index = steps.findIndex(({ id }) => id === step);
  const what = document.timeline.find(({ id }) => id === row)?.text ?? "";
  if (outcome === "not_in_runbook") return t("divergence.why.not_in_runbook", { what });
  if (index < 0 || outcome === "done") return t("divergence.why.untied", { what });
  const number = stepNumbers(steps)[index]!;
  const words = withoutNumber(steps[index]!.text).split("\n")[0]!;
  return t(`divergence.why.${outcome}`, { step: t("divergence.step", { n: number, text: words }) });
}

/** The why that a divergence became, by id. */
const whyOf = (row: string) => `divergence:${row}`;

/** Makes a divergence the first why of 発生原因, or goes to it where it is one. */
export function becomeFirstWhy(entry: OpenEntry, divergence: Divergence): void {
  const document = entry.get([]) as Postmortem;
  const nodes = document.causes.occurrence;
  const id = whyOf(divergence.row);
  if (![...walk(nodes)].some(({ node }) => node.id === id)) {
    const row = document.timeline.find((one) => one.id === divergence.row);
    const evidence = [t("field.timeline"), row?.at ? clock(row.at) : ""].filter(Boolean).join(" ");
    const node: WhyNode = { ...newNode(), id, text: divergenceText(document, divergence), kind: "fact", evidence };
    entry.set(["causes", "occurrence"], [node, ...nodes]);
  }
  focusField(`node/${id}`);
}
