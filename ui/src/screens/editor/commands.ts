// What keys do while an entry is open.
import type { Command } from "../../frame/commands.svelte";
import { session } from "../../session.svelte";
import { t } from "../../text.svelte";
import { nameOf } from "../../document/address";
import type { OpenEntry } from "./entry.svelte";
import { goToGap, type Gap } from "./gaps";
import { addMeasure } from "./measures/measures";
import { focusField, type Tab, type View } from "./view.svelte";
import { whyActions } from "./why/actions";

export function editorCommands(entry: OpenEntry, view: View, open: () => Gap[], remove: () => void): Command[] {
  const why = whyActions(entry, view);
  const inTree = () => view.node !== null;
  const tab = (name: Tab, number: number): Command => ({
    id: `tab.${name}`, title: () => t(`tab.${name}`), chords: [`mod+alt+${number}`], inBar: false,
    run: () => { view.tab = view.tab === name ? null : name; },
  });
  return [
    { id: "why.below", title: () => t("why.add"), chords: ["mod+Enter"], region: "writing", when: inTree, run: why.below },
    { id: "why.root", title: () => t("why.make_root"), chords: ["mod+g"], region: "writing", when: inTree, run: why.toggleRoot },
    { id: "why.measure", title: () => t("why.measure"), chords: ["mod+l"], region: "writing", when: inTree, run: () => { if (view.node) addMeasure(entry, view, view.node.side, [view.node.id]); } },
    { id: "why.up", title: () => t("why.up"), chords: ["alt+ArrowUp"], region: "writing", when: inTree, inBar: false, run: () => why.move(-1) },
    { id: "why.down", title: () => t("why.down"), chords: ["alt+ArrowDown"], region: "writing", when: inTree, inBar: false, run: () => why.move(1) },
    { id: "why.fold", title: () => t("why.fold"), chords: ["mod+."], region: "writing", when: inTree, inBar: false, run: why.toggleFold },
    { id: "gap.next", title: () => t("key.next_gap"), chords: ["F8"], when: () => open().length > 0, run: () => nextGap(entry, view, open()) },
    { id: "undo", title: () => t("action.undo"), chords: ["mod+z"], inBar: false, run: () => show(entry.undo(), view) },
    { id: "redo", title: () => t("action.redo"), chords: ["mod+shift+z", "mod+y"], inBar: false, run: () => show(entry.redo(), view) },
    { id: "interview", title: () => t("interview.begin"), inBar: false, when: () => !view.interviewing, run: () => { view.interviewing = true; } },
    { id: "export", title: () => t("export.title"), chords: ["mod+shift+e"], inBar: false, run: () => { view.exporting = true; } },
    { id: "submit", title: () => t("status.submit"), chords: ["mod+shift+Enter"], inBar: false, when: () => entry.document.status === "draft", run: () => void entry.transition("in_review").catch((thrown: unknown) => session.fail(thrown)) },
    tab("guide", 1), tab("similar", 2), tab("evidence", 3), tab("comments", 4), tab("review", 5), tab("history", 6),
    { id: "comment", title: () => t("comment.write"), chords: ["mod+shift+m"], inBar: false, run: () => { view.tab = "comments"; focusField("comment/new"); } },
    { id: "entry.delete", title: () => t("entry.delete"), run: remove },
  ].map((command) => (command.id === "gap.next" ? { ...command, region: "writing" } : command));
}

function show(address: ReturnType<OpenEntry["undo"]>, view: View): void {
  if (!address) return;
  const [first, second, third] = address;
  if (first === "sections" && (second === "overview" || second === "problem")) view.folded.delete(second);
  if (first === "causes" && typeof third === "object") focusField(`node/${third.id}`);
  else if (first === "countermeasures" && typeof second === "object") focusField(`measure/${second.id}/${typeof third === "string" ? third : "text"}`);
  else focusField(nameOf(address));
}

/** Goes to the gap after the cursor, and from the last one to the first. */
function nextGap(entry: OpenEntry, view: View, open: Gap[]): void {
  const active = document.activeElement;
  const places = open.map((gap) => ({ gap, element: document.querySelector<HTMLElement>(`[data-field="${CSS.escape(gap.field)}"]`) }));
  const after = places.find(({ element }) => element && active && !element.contains(active) && (active.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0);
  const next = (after ?? places[0])?.gap;
  if (next) goToGap(entry, view, next);
}
