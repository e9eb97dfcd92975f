/**
 * Stacks without the frames of Pulumi's own program host, for errors that end there.
 *
 * The host formats every error with `util.inspect` and colours, also one of which it prints the message alone. On
 * Node.js 20 that does not end at a frame in a file directly in a scope's folder, until a string is too long (20 s and
 * 3 GB), and Pulumi's source maps name such files: `node_modules/@pulumi/resource.ts`.
 */
const hostFrame = /^\s+at .*[\\/]node_modules[\\/]@pulumi[\\/]/;

/** A text without the lines that are such frames. */
export function withoutHostFrames(text: string): string {
  return text
    .split("\n")
    .filter((line) => !hostFrame.test(line))
    .join("\n");
}

/** Gives an error the stack at this place, formatted when it is asked for. */
export function leaveOutHostFrames(error: Error): void {
  const place: { stack?: string } = {};
  Error.captureStackTrace(place, error.constructor);
  Object.defineProperty(error, "stack", {
    configurable: true,
    get: () => {
      const [, ...frames] = (place.stack ?? "").split("\n");
      return withoutHostFrames([`${error.name}: ${error.message}`, ...frames].join("\n"));
    },
    set: (stack: unknown) => Object.defineProperty(error, "stack", { value: stack, writable: true }),
  });
}
