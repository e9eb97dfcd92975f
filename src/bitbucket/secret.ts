/** A text that does not reveal itself: not in logs, not as JSON, not in an error. */
import { inspect } from "node:util";
import { maskedSecret, registerSecret } from "../errors";

export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    registerSecret(text);
  }

  /** Returns the text itself, for the one place that sends it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return maskedSecret;
  }

  toJSON(): string {
    return maskedSecret;
  }

  [inspect.custom](): string {
    return maskedSecret;
  }
}
