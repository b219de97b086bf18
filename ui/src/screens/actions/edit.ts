// Changes to a countermeasure from outside its entry: ordinary edits of the entry, each of which can be taken back.
import { call } from "../../core";
import type { Action, Assignment, Countermeasure, Effect } from "../../core.gen";
import { read } from "../../document/address";
import { reopened } from "../../document/whyNot";
import { session } from "../../session.svelte";
import { t } from "../../text.svelte";

export interface Change extends Partial<Pick<Countermeasure, "state" | "owner" | "due" | "link">> { effect?: Partial<Effect> }

/** The countermeasure in a few words. */
export function briefly(text: string): string {
  const plain = text.trim();
  return plain === "" ? t("measure.empty") : [...plain].length > 24 ? `${[...plain].slice(0, 24).join("")}…` : plain;
}

/** The countermeasure with a change in it, as the list shows it until it asks again. */
export function changed(action: Action, { effect: { verdict, measure, denominator, judge, check_on, note } = {}, ...own }: Change): Action {
  const effect = { verdict, measure, denominator, judge, check_on, note };
  return { ...action, ...own, ...Object.fromEntries(Object.entries(effect).filter(([, value]) => value !== undefined)) };
}

/**
 * Carries a change out and says so, with a way to take it back. Answers whether it was stored. `after` is given what was
 * stored, or null where the list has to ask anew.
 */
export async function change(action: Pick<Action, "entry" | "id">, what: Change, after: (what: Change | null) => void): Promise<boolean> {
  try {
    const entry = await call("open", { id: action.entry });
    const index = entry.document.countermeasures.findIndex(({ id }) => id === action.id);
    const measure = entry.document.countermeasures[index];
    if (!measure) {
      session.tell(t("actions.gone"), [t("actions.gone_hint")]);
      after(null);
      return false;
    }
    const { effect = {}, ...own } = what;
    const set: Assignment[] = [
      ...Object.entries(own).map(([key, value]) => ({ path: ["countermeasures", index, key], value: value as unknown })),
      ...Object.entries(effect).map(([key, value]) => ({ path: ["countermeasures", index, "effect", key], value: value as unknown })),
    ];
    const tree = effect.verdict === "ineffective" ? reopened(entry.document, measure) : null;
    if (tree) set.push({ path: ["causes", tree.side], value: tree.nodes });
    const back = set.map(({ path }) => ({ path, value: read(entry.document, path) }));
    const edited = await call("edit", { id: action.entry, base: entry.revision, set });
    session.toast(t(what.state === "done" ? "actions.now_done" : "actions.changed", { what: briefly(measure.text) }), {
      label: t("action.undo"),
      run: () => void call("edit", { id: action.entry, base: edited.branch, set: back }).then(() => after(null), (thrown: unknown) => session.fail(thrown)),
    });
    after(what);
    return true;
  } catch (thrown) {
    session.fail(thrown);
    return false;
  }
}
