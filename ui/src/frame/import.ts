// Brings in entries that another office handed over.
import { call, chooseOpenPath } from "../core";
import { session } from "../session.svelte";
import { t } from "../text.svelte";
import { works } from "../work.svelte";
import { layers } from "./layers.svelte";

let running = false;

/** Asks for a file and takes it in. Tells what came of it, whatever that is. */
export async function bringIn(): Promise<void> {
  if (running) return;
  running = true;
  try {
    const path = await chooseOpenPath();
    if (path === null) return;
    layers.imported = await works.run(["import"], t("import.busy"), () => call("import_bundle", { path }));
    await session.recount();
  } catch (thrown) {
    session.fail(thrown);
  } finally {
    running = false;
  }
}
