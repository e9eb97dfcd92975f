/** The difference of two values, in pieces that are the same or not. */

/** Parts that are compared, at most: beyond that, the whole is shown as changed. */
const most = 400;

/**
 * The pieces of a text: `[piece, changed]`.
 *
 * @typedef {[string, boolean]} Piece
 */

/**
 * @param {string} before
 * @param {string} after
 * @returns {{ before: Piece[], after: Piece[] }}
 */
export function textDiff(before, after) {
  const split =
    before.includes("\n") || after.includes("\n") ? /(?<=\n)/ : /(?<=[\s/.:,;=_-])|(?=[\s/.:,;=_-])/;
  return partsDiff(before.split(split), after.split(split));
}

/**
 * What is the same at both ends stays; between them, the longest common subsequence decides.
 *
 * @param {readonly string[]} before
 * @param {readonly string[]} after
 * @returns {{ before: Piece[], after: Piece[] }}
 */
export function partsDiff(before, after) {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < Math.min(before.length, after.length) - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail += 1;
  const middle = middleDiff(before.slice(head, before.length - tail), after.slice(head, after.length - tail));
  /** @type {(parts: readonly string[]) => Piece[]} */
  const same = (parts) => parts.map((piece) => [piece, false]);
  const [start, end] = [same(before.slice(0, head)), same(before.slice(before.length - tail))];
  return { before: [...start, ...middle.before, ...end], after: [...start, ...middle.after, ...end] };
}

/**
 * @param {readonly string[]} before
 * @param {readonly string[]} after
 * @returns {{ before: Piece[], after: Piece[] }}
 */
function middleDiff(before, after) {
  if (before.length > most || after.length > most)
    return {
      before: before.map((piece) => [piece, true]),
      after: after.map((piece) => [piece, true]),
    };
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  const at = (/** @type {number} */ i, /** @type {number} */ j) => lengths[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  /** @type {Piece[]} */
  const left = [];
  /** @type {Piece[]} */
  const right = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      left.push([before[i] ?? "", false]);
      right.push([after[j] ?? "", false]);
      i += 1;
      j += 1;
    } else if (j >= after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1))) {
      left.push([before[i] ?? "", true]);
      i += 1;
    } else {
      right.push([after[j] ?? "", true]);
      j += 1;
    }
  }
  return { before: left, after: right };
}

/** Lines that are shown on each side of a change. */
const context = 3;

/**
 * @param {readonly Piece[]} pieces
 * @returns {(Piece | number)[]} Without the lines that are the same and far from what changed: only how many they are.
 */
export function folded(pieces) {
  if (!pieces.some(([text]) => text.endsWith("\n"))) return [...pieces];
  const near = pieces.map((_, index) =>
    pieces.slice(Math.max(0, index - context), index + context + 1).some(([, changed]) => changed),
  );
  /** @type {(Piece | number)[]} */
  const found = [];
  for (let index = 0; index < pieces.length; ) {
    const next = near.indexOf(true, index);
    const same = (next < 0 ? pieces.length : next) - index;
    if (same > 2 * context && near.includes(true)) found.push(same);
    else found.push(...pieces.slice(index, index + same));
    index += same;
    for (; near[index]; index += 1) found.push(...pieces.slice(index, index + 1));
  }
  return found;
}
