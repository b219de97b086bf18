// The words of the template for the places of the editor.
import type { TemplateSection } from "../../core.gen";
import { session } from "../../session.svelte";
import { local, t, type Key } from "../../text.svelte";

const others: Record<string, Key> = {
  causes: "section.causes", countermeasure: "field.countermeasures", lessons: "field.sections.lessons", attachments: "field.attachments",
  occurrence_cause: "field.causes.occurrence", escape_cause: "field.causes.escape", overview: "field.sections.overview", problem: "field.sections.problem",
};

/** The template's section for a place of the editor, if it has one. */
export function templateSection(key: string): TemplateSection | undefined {
  const names = key === "countermeasure" ? ["countermeasure", "countermeasures"] : [key];
  return session.template?.sections.find((section) => names.includes(section.key));
}

export function sectionTitle(key: string): string {
  const section = templateSection(key);
  const title = section ? local(section.title) : t(others[key] ?? "section.causes");
  return title.charAt(0).toUpperCase() + title.slice(1);
}
