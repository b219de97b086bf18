// The review as the core does it: what is lacking, what was changed since.
import type { Postmortem, ReviewState, Status, Team } from "../../src/core.gen";
import { equal } from "../../src/document/address";
import { template } from "./sample";

const teams: Team[] = ["msp", "second_line"];
const order: Status[] = ["draft", "in_review", "published", "verified"];
const names = { msp: "MSP", second_line: "二次運用" };

export const latest = (document: Postmortem, team: Team) => document.reviews.filter((review) => review.team === team).at(-1);

export function pointsOf(document: Postmortem): ReviewState["points"] {
  return template.checklist.map(({ ja }) => {
    const kept = document.checklist.find(({ item }) => item === ja);
    return { item: ja, text: ja, done: kept?.done ?? false, reason: kept?.reason ?? "" };
  });
}

export function lacksOf(document: Postmortem, to: Status): ReviewState["lacks"] {
  const passes = (gate: Status) => order.indexOf(document.status) < order.indexOf(gate) && order.indexOf(gate) <= order.indexOf(to);
  const lacks: ReviewState["lacks"] = [];
  if (passes("published")) {
    for (const team of teams) {
      const verdict = latest(document, team)?.verdict;
      if (verdict === "changes") lacks.push({ kind: "changes", text: `${names[team]}が「直してほしい」と伝えています`, measure: null });
      else if (!verdict) lacks.push({ kind: "approval", text: `${names[team]}の承認がまだです`, measure: null });
    }
    for (const point of pointsOf(document)) if (!point.done && point.reason.trim() === "") lacks.push({ kind: "point", text: `チェックリスト：${point.text}`, measure: null });
  }
  if (passes("verified")) {
    for (const { id, state, term, text, effect } of document.countermeasures) {
      if (state === "open") lacks.push({ kind: "open", text: `対策が終わっていません：${text}`, measure: id });
      else if (state === "done" && effect.verdict === "pending" && (term === "permanent" || effect.check_on)) lacks.push({ kind: "unjudged", text: `効果が判定されていません：${text}`, measure: id });
    }
  }
  return lacks;
}

export function stateOf(document: Postmortem, history: { row: { change: number; fields: string[] }; document: Postmortem }[]): ReviewState {
  const quiet = ["status", "reviews", "checklist", "comments", "dismissed", "agreed"];
  const next = order[order.indexOf(document.status) + 1] ?? null;
  return {
    teams: teams.map((team) => {
      const review = latest(document, team);
      if (!review) return { team, reviewer: "", at: null, verdict: null, change: null, changed: [] };
      const then = history.find(({ document: one }) => one.reviews.some(({ at }) => at === review.at)) ?? history[0]!;
      const changed = (Object.keys(document) as (keyof Postmortem)[]).filter((key) => !quiet.includes(key) && !equal(then.document[key], document[key]));
      return { team, reviewer: review.reviewer, at: review.at, verdict: review.verdict, change: then.row.change, changed };
    }),
    points: pointsOf(document), next, lacks: next ? lacksOf(document, next) : [],
  };
}
