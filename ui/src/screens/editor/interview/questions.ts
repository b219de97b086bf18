// The interview: one question at a time over the same document, in the order of the template. Nothing is kept here but
// where one is: every answer stands in its field, why-node or countermeasure.
import type { Countermeasure, Postmortem, Side, WhyNode } from "../../../core.gen";
import type { Address } from "../../../document/address";
import { rootCauses, walk } from "../../../document/causes";
import { addBelow, newNode } from "../../../document/tree";
import { t } from "../../../text.svelte";
import type { OpenEntry } from "../entry.svelte";
import { newMeasure } from "../measures/measures";

export type Known = "alert_names" | "customers" | "services" | "runbooks" | "owners";

export interface Question {
  /** The same for as long as the question is asked. */
  id: string;
  /** The template's section that it belongs to. */
  section: string;
  ask: string;
  /** What the answer follows from, such as the why above. */
  about?: string;
  answered: boolean;
  answer:
    | { kind: "line"; value: string; known?: Known; write: (text: string) => void }
    | { kind: "text"; value: string; write: (text: string) => void }
    | { kind: "moment" | "day"; address: Address }
    | { kind: "deeper"; side: Side; node: WhyNode };
}

/** Ids of items that an answer would create, so that a question stays itself when it is answered. */
export class Planned {
  readonly #ids = new Map<string, string>();
  of(place: string): string {
    const known = this.#ids.get(place) ?? crypto.randomUUID();
    this.#ids.set(place, known);
    return known;
  }
  /** The next such item of that place gets an id of its own. */
  used(place: string): void {
    this.#ids.delete(place);
  }
}

export function questions(entry: OpenEntry, planned: Planned, sections: string[]): Question[] {
  const { document } = entry;
  return [
    line(entry, "title", ["title"], document.title),
    ...sections.flatMap((section) => {
      switch (section) {
        case "overview": return overview(entry, document);
        case "problem": return [moment(document), text(entry, section, document.sections.problem)];
        case "occurrence_cause": return whys(entry, planned, "occurrence");
        case "escape_cause": return whys(entry, planned, "escape");
        case "countermeasures": return measures(entry, planned);
        case "lessons": return [text(entry, section, document.sections.lessons)];
        default: return [];
      }
    }),
  ];
}

function line(entry: OpenEntry, ask: "title" | "alert" | "customer" | "service" | "runbook" | "step", address: Address, value: string, known?: Known): Question {
  const write = (words: string) => entry.set(address, words.replace(/\n/g, " "), { typing: true });
  return { id: address.join("/"), section: ask === "title" ? "problem" : "overview", ask: t(`interview.${ask}`), answered: value.trim() !== "", answer: { kind: "line", value, write, ...(known ? { known } : {}) } };
}

function text(entry: OpenEntry, section: "overview" | "problem" | "lessons", value: string): Question {
  return { id: `sections/${section}`, section, ask: t(`interview.${section}`), answered: value.trim() !== "", answer: { kind: "text", value, write: (words) => entry.set(["sections", section], words, { typing: true }) } };
}

function overview(entry: OpenEntry, { alert, customer, service, runbook, sections }: Postmortem): Question[] {
  return [
    line(entry, "alert", ["alert", "name"], alert.name, "alert_names"),
    line(entry, "customer", ["customer"], customer, "customers"),
    line(entry, "service", ["service"], service, "services"),
    line(entry, "runbook", ["runbook", "title"], runbook.title, "runbooks"),
    line(entry, "step", ["runbook", "step"], runbook.step),
    text(entry, "overview", sections.overview),
  ];
}

const moment = ({ occurred_at }: Postmortem): Question => ({ id: "occurred_at", section: "problem", ask: t("interview.occurred_at"), answered: occurred_at !== null, answer: { kind: "moment", address: ["occurred_at"] } });

/** Each why in reading order; below one that has no whys and is no root cause, whether to go deeper. */
function whys(entry: OpenEntry, planned: Planned, side: Side): Question[] {
  const nodes = entry.document.causes[side];
  const section = `${side}_cause`;
  const ask = (node: WhyNode, depth: number, above: WhyNode | null): Question => ({
    id: `why/${node.id}`, section, ask: t(above ? "interview.why" : `interview.why_first.${side}`, { n: depth }), answered: node.text.trim() !== "",
    ...(above ? { about: above.text } : {}),
    answer: { kind: "text", value: node.text, write: (words) => writeWhy(entry, planned, side, node, above, words.replace(/\n/g, " ")) },
  });
  if (nodes.length === 0) return [ask({ ...newNode(), id: planned.of(side) }, 1, null)];
  const above = new Map([...walk(nodes)].flatMap(({ node }) => node.children.map((child) => [child.id, node] as const)));
  return [...walk(nodes)].flatMap(({ node, depth }) => {
    const own = ask(node, depth, above.get(node.id) ?? null);
    if (node.root || node.children.length > 0 || node.text.trim() === "") return [own];
    const deeper: Question = { id: `deeper/${node.id}`, section, ask: t("interview.deeper"), about: node.text, answered: false, answer: { kind: "deeper", side, node } };
    return [own, deeper];
  });
}

function writeWhy(entry: OpenEntry, planned: Planned, side: Side, node: WhyNode, above: WhyNode | null, words: string): void {
  const nodes = entry.get(["causes", side]) as WhyNode[];
  if ([...walk(nodes)].some((one) => one.node.id === node.id)) {
    entry.set(["causes", side, { id: node.id }, "text"], words, { typing: true });
  } else if (words !== "") {
    const fresh = { ...newNode(), id: node.id, text: words };
    entry.set(["causes", side], above ? addBelow(nodes, above.id, fresh) : [...nodes, fresh]);
    planned.used(side);
  }
}

/** For each root cause what removes it, who does that, and until when. */
function measures(entry: OpenEntry, planned: Planned): Question[] {
  return rootCauses(entry.document).flatMap((cause) => {
    const { node, side } = cause;
    const there = cause.measures[0];
    const measure = there ?? { ...newMeasure(side, [node.id]), id: planned.of(node.id) };
    const section = "countermeasures";
    const at: Address = ["countermeasures", { id: measure.id }];
    const write = (words: string) => writeMeasure(entry, measure, words.replace(/\n/g, " "));
    const first: Question = { id: `measure/${measure.id}`, section, ask: t("interview.measure"), about: node.text, answered: measure.text.trim() !== "", answer: { kind: "text", value: measure.text, write } };
    if (!there) return [first];
    const owner: Question = { id: `owner/${measure.id}`, section, ask: t("interview.owner"), about: measure.text, answered: measure.owner.trim() !== "", answer: { kind: "line", value: measure.owner, known: "owners", write: (words) => entry.set([...at, "owner"], words, { typing: true }) } };
    const due: Question = { id: `due/${measure.id}`, section, ask: t("interview.due"), about: measure.text, answered: measure.due !== null, answer: { kind: "day", address: [...at, "due"] } };
    return [first, owner, due];
  });
}

function writeMeasure(entry: OpenEntry, measure: Countermeasure, words: string): void {
  const list = entry.get(["countermeasures"]) as Countermeasure[];
  if (list.some(({ id }) => id === measure.id)) entry.set(["countermeasures", { id: measure.id }, "text"], words, { typing: true });
  else if (words !== "") entry.set(["countermeasures"], [...list, { ...measure, text: words }]);
}

/** Asks a further why below this one. Answers the question's id. */
export function goDeeper(entry: OpenEntry, side: Side, node: WhyNode): string {
  const child = newNode();
  entry.set(["causes", side], addBelow(entry.get(["causes", side]) as WhyNode[], node.id, child));
  return `why/${child.id}`;
}

/** Takes a why away again that was asked and left without an answer. */
export function letGo(entry: OpenEntry, question: Question): void {
  const id = question.id.startsWith("why/") ? question.id.slice(4) : null;
  if (id === null) return;
  for (const side of ["occurrence", "escape"] as const) {
    const nodes = entry.get(["causes", side]) as WhyNode[];
    const found = [...walk(nodes)].find(({ node }) => node.id === id);
    if (found && found.depth > 1 && found.node.text.trim() === "" && found.node.children.length === 0) entry.set(["causes", side], without(nodes, id));
  }
}

const without = (nodes: WhyNode[], id: string): WhyNode[] => nodes.filter((node) => node.id !== id).map((node) => ({ ...node, children: without(node.children, id) }));
