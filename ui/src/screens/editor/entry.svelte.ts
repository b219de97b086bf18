// The entry that is open.
import { call } from "../../core";
import type { Assignment, Entry, Postmortem, Status, Template } from "../../core.gen";
import { OpenDocument } from "../../document/open.svelte";

const keeper = {
  fetch: (id: string) => call("open", { id }),
  send: (id: string, base: string, set: Assignment[]) => call("edit", { id, base, set }),
};

export class OpenEntry extends OpenDocument<Postmortem, Entry> {
  createdAt: string;
  /** The template that it was written with. */
  template = $state.raw<Template>() as Template;

  constructor(entry: Entry) {
    super(keeper, entry, entry.updated_at);
    this.createdAt = entry.created_at;
    this.template = entry.template;
  }

  /** `fetched` is the entry where the core has just told it. */
  static async open(id: string, fetched?: Entry): Promise<OpenEntry> {
    const kept = OpenDocument.kept(id);
    return kept instanceof OpenEntry ? kept : new OpenEntry(fetched ?? await keeper.fetch(id));
  }

  async transition(status: Status): Promise<void> {
    await this.flush();
    const edited = await call("transition", { id: this.id, status });
    this.replace(edited.document, edited.revision, edited.at);
  }

  /** Goes on with the template that is in force. */
  async moveToTemplate(): Promise<void> {
    await this.flush();
    const { document, revision, updated_at, template } = await call("template_move", { id: this.id });
    this.template = template;
    this.replace(document, revision, updated_at);
  }

  protected override fetched(entry: Entry): void {
    this.template = entry.template;
  }
}
