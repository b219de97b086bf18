// The names of the document's fields, for a difference.
import type { Difference } from "../../document/difference";
import { t, type Key } from "../../text.svelte";
import { sectionTitle } from "./template";

const records: Record<string, Key> = {
  title: "field.title", status: "field.status", defect: "field.defect", occurred_at: "field.occurred_at", noticed_at: "field.noticed_at", reported_at: "field.reported_at", resolved_at: "field.resolved_at",
  customer: "field.customer", service: "field.service", found_by: "field.found_by", customer_impact: "field.customer_impact", occurrence_category: "field.occurrence_category", escape_category: "field.escape_category", tags: "field.tags",
  alert: "field.alert", runbook: "field.runbook", timeline: "field.timeline", applies_to: "field.applies_to", reviews: "field.reviews", checklist: "field.checklist", comments: "field.comments", dismissed: "field.dismissed", template: "field.template", attachments: "field.attachments",
};

export function fieldName({ field, item }: Difference): string {
  const [first, second] = field.split(".");
  const name = first === "sections" ? sectionTitle(second ?? "") + (second?.endsWith("_cause") ? ` ${t("why.conclusion")}` : "")
    : first === "causes" ? sectionTitle(`${second}_cause`)
    : first === "countermeasures" ? sectionTitle("countermeasure")
    : records[first ?? ""] ? t(records[first!]!) : field;
  return item === null ? name : `${name} ${t(`diff.item_${item}`)}`;
}
