// The names of the document's fields, for a difference.
import type { Difference } from "../../document/difference";
import { messages } from "../../catalogue.gen";
import { session } from "../../session.svelte";
import { local, t, type Key } from "../../text.svelte";
import { sectionTitle } from "./template";

const records: Record<string, Key> = {
  title: "field.title", status: "field.status", defect: "field.defect", occurred_at: "field.occurred_at", noticed_at: "field.noticed_at", reported_at: "field.reported_at", resolved_at: "field.resolved_at",
  customer: "field.customer", service: "field.service", found_by: "field.found_by", customer_impact: "field.customer_impact", occurrence_category: "field.occurrence_category", escape_category: "field.escape_category", tags: "field.tags",
  alert: "field.alert", runbook: "field.runbook", timeline: "field.timeline", applies_to: "field.applies_to", reviews: "field.reviews", checklist: "field.checklist", comments: "field.comments", dismissed: "field.dismissed", agreed: "field.agreed", template: "field.template", attachments: "field.attachments",
};

const spoken: Record<string, string> = { state: "action_state" };

/** What people call a code of the format, such as `draft` under `status`. One that nobody named stays as it is. */
export function codeName(key: string, code: string): string {
  const template = session.start?.template;
  const named = key === "method" ? template?.methods.find((method) => method.key === code)
    : [...(template?.occurrence_categories ?? []), ...(template?.escape_categories ?? [])].find((category) => key.endsWith("_category") && category.code === code);
  if (named) return local(named.name);
  const message = `${spoken[key] ?? key}.${code}`;
  return message in messages.ja ? t(message as Key) : code;
}

export function fieldName({ field, item }: Difference): string {
  const [first, second] = field.split(".");
  const name = first === "sections" ? sectionTitle(second ?? "") + (second?.endsWith("_cause") ? ` ${t("why.conclusion")}` : "")
    : first === "causes" ? sectionTitle(`${second}_cause`)
    : first === "countermeasures" ? sectionTitle("countermeasure")
    : records[first ?? ""] ? t(records[first!]!) : field;
  return item === null ? name : `${name} ${t(`diff.item_${item}`)}`;
}
