/** @returns undefined where the text is no whole number, or one below `least`. */
export function toWholeNumber(text: string, least: number): number | undefined {
  const number = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) && number >= least ? number : undefined;
}
