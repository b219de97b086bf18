// What an input method makes of keys, as Chromium tells the page.
import type { CDPSession, Page } from "playwright-core";

export class InputMethod {
  private constructor(readonly keyboard: CDPSession) {}

  static async of(page: Page): Promise<InputMethod> {
    return new InputMethod(await page.context().newCDPSession(page));
  }

  compose(text: string): Promise<unknown> {
    return this.keyboard.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  }
  confirm(text: string): Promise<unknown> {
    return this.keyboard.send("Input.insertText", { text });
  }
  /** A key that the input method takes: what Chromium sends while composing. */
  taken(key: string): Promise<unknown> {
    return this.keyboard.send("Input.dispatchKeyEvent", { type: "rawKeyDown", windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229, key, code: key });
  }

  /** Types かくにん and presses every key that could act; it is not confirmed yet. */
  async typeReading(): Promise<void> {
    for (const step of ["k", "か", "かk", "かく", "かくに", "かくにん"]) await this.compose(step);
    for (const key of ["Enter", "Tab", "Escape", "ArrowDown", "Backspace", "j", "?", "n"]) await this.taken(key);
  }
  /** Converts it, and confirms with Enter. */
  async convert(): Promise<void> {
    await this.compose("確認");
    await this.taken("Enter");
    await this.confirm("確認");
  }
  async typeKanji(): Promise<void> {
    await this.typeReading();
    await this.convert();
  }
}
