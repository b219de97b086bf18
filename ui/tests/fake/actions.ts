// What the core derives from all entries: countermeasures, what is unread, what came back, what worked.
import type { Action, ActionQuery, AlertMonth, ActionView, Postmortem, Proven, Recurrence } from "../../src/core.gen";
import { strengthOf } from "../../src/document/causes";
import { isPlanned } from "../../src/document/effect";

export function actionsOf(document: Postmortem, today: string, counts: AlertMonth[] = []): Action[] {
  const replaced = (cause: string) => document.countermeasures.some((other) => other.term === "permanent" && other.state === "done" && other.effect.verdict !== "ineffective" && other.causes.includes(cause));
  return document.countermeasures.map((measure) => {
    const { id, side, term, text, owner, due, state, link, effect } = measure;
    const past = due !== null && due < today;
    const stands = term === "interim" && state !== "dropped" && (measure.causes.length === 0 || !measure.causes.every(replaced));
    const counted = counts.filter(({ alert }) => alert === document.alert.name);
    const handled = counted.length > 0 && measure.closed_on ? counted.filter(({ month }) => month > measure.closed_on!.slice(0, 7)).reduce((sum, { count }) => sum + count, 0) : null;
    const needed = Number(/\d+/.exec(effect.denominator)?.[0] ?? 0) || null;
    const byCount = handled !== null && needed !== null;
    return {
      entry: document.id, number: document.number, title: document.title, id, side, term, text, owner, due, state, link, strength: strengthOf(measure),
      overdue: state === "open" && past, outlived: stands && past, measure: effect.measure, denominator: effect.denominator, check_on: effect.check_on, judge: effect.judge, note: effect.note, verdict: effect.verdict,
      planned: isPlanned(effect), ripe: state === "done" && effect.verdict === "pending" && (byCount ? handled >= needed : effect.check_on !== null && effect.check_on <= today),
      alert: document.alert.name, handled, needed,
    };
  });
}

const waits = (action: Action) => action.state === "done" && action.verdict === "pending" && (action.term === "permanent" || action.check_on !== null);

export function inView(view: ActionView, today: string, mine: string[]): (action: Action) => boolean {
  const soon = new Date(Date.parse(today) + 14 * 86_400_000).toISOString().slice(0, 10);
  switch (view) {
    case "all": return () => true;
    case "mine": return (action) => (action.state === "open" || waits(action)) && mine.some((word) => `${action.owner} ${action.judge}`.includes(word));
    case "due": return ({ state, due }) => state === "open" && due !== null && due >= today && due <= soon;
    case "overdue": return ({ overdue }) => overdue;
    case "interim": return ({ outlived }) => outlived;
    case "checks": return waits;
  }
}

export function sorted(actions: Action[], query: ActionQuery): Action[] {
  const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = actions.filter((one) => words.every((word) => `${one.text} ${one.owner} ${one.number} ${one.title}`.toLowerCase().includes(word)) && (query.owner === "" || one.owner === query.owner) && (query.side === null || one.side === query.side));
  const key = (one: Action) => query.sort === "owner" ? one.owner || "\uffff" : query.sort === "strength" ? String(9 - (one.strength ?? 0)) : query.sort === "entry" ? "" : `${Number(one.state !== "open")} ${one.due ?? "9"}`;
  return found.map((one, index) => ({ one, index })).sort((a, b) => (key(a.one) < key(b.one) ? -1 : key(a.one) > key(b.one) ? 1 : b.one.number.localeCompare(a.one.number) || a.index - b.index)).map(({ one }) => one);
}

export function olderOf(document: Postmortem, all: Postmortem[], today: string): Recurrence[] {
  const step = (one: Postmortem) => /\d+/.exec(one.runbook.step)?.[0] ?? "";
  return all.filter((older) => older.id !== document.id && (older.occurred_at ?? "") < (document.occurred_at ?? "9") && step(older) !== "" && step(older) === step(document) && older.runbook.title === document.runbook.title && older.runbook.title !== "").flatMap((older) => {
    const categories = (["occurrence_category", "escape_category"] as const).filter((key) => older[key] && older[key] === document[key]).map((key) => older[key]!);
    const { id, number, title, status, occurred_at } = older;
    return categories.length > 0 ? [{ id, number, title, status, occurred_at, categories, actions: actionsOf(older, today) }] : [];
  });
}

export function provenOf(all: Postmortem[], today: string): Proven[] {
  return all.flatMap((document) => actionsOf(document, today)).filter(({ verdict }) => verdict === "effective")
    .sort((a, b) => (b.strength ?? 0) - (a.strength ?? 0))
    .map((action) => ({ action, effective: 1, ineffective: 0, checked: action.check_on ?? "", quote: `postmortem:${action.entry}#${action.id}` }));
}
