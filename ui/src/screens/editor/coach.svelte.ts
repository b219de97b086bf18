// What the core asks about the entry as it stands on screen, asked anew when typing rests.
import { call } from "../../core";
import type { Advised, Agreed, Chain, Dismissed, Hinted, Postmortem } from "../../core.gen";
import type { OpenEntry } from "./entry.svelte";

/** How long typing must rest, in milliseconds. */
const REST = 300;

export class Coach {
  advised = $state.raw<Advised>({ advice: [], chains: [], proposals: {} });
  readonly #entry: OpenEntry;

  constructor(entry: OpenEntry) {
    this.#entry = entry;
  }

  /** Asks about a document; the answer to an older one never replaces a newer one. Returns how to stop. */
  ask(document: Postmortem): () => void {
    let current = true;
    const timer = setTimeout(() => {
      // Without an answer the page simply asks nothing: advice never stands in the way of writing.
      call("advise", { document }).then((advised) => { if (current) this.advised = advised; }, () => {});
    }, REST);
    return () => { current = false; clearTimeout(timer); };
  }

  /** The questions about a field, or about one of its nodes; `null` stands for its prose. */
  of(field: string, node?: string | null): Hinted[] {
    return this.advised.advice.filter((hint) => hint.field === field && (node === undefined || (hint.node ?? null) === node));
  }

  /** 「通る」: this chain holds as it stands; asked again, it is open again. Others' agreements stay as they are. */
  agree(chain: Chain): void {
    const kept = (this.#entry.get(["agreed"]) ?? []) as Agreed[];
    const is = ({ side, text }: { side: string; text: string }) => side === chain.side && text === chain.text;
    const others = kept.filter((one) => !is(one));
    this.#entry.set(["agreed"], chain.agreed ? others : [...others, { side: chain.side, text: chain.text }]);
    this.advised = { ...this.advised, chains: this.advised.chains.map((one) => (is(one) ? { ...one, agreed: !chain.agreed } : one)) };
  }

  /** 「このままにする」: this one occurrence is never asked about again. Beside what the format wants, it says where. */
  leave({ code, field, found, node, sentence }: Hinted): void {
    const kept = (this.#entry.get(["dismissed"]) ?? []) as Dismissed[];
    const one = { code, field, found, node: node ?? "", sentence };
    this.#entry.set(["dismissed"], [...kept, one]);
    const left = this.advised.advice.findIndex((hint) => hint.code === code && hint.field === field && hint.found === found && (hint.node ?? "") === one.node && hint.sentence === sentence);
    this.advised = { ...this.advised, advice: this.advised.advice.toSpliced(left, left < 0 ? 0 : 1) };
  }
}
