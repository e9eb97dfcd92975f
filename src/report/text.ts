/** Text that any format can hold. */

/** Text without lone surrogates, which no encoding can hold. */
export function replaceLoneSurrogates(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd");
}
