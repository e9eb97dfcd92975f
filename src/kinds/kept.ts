/**
 * Stands for a secret that was not supplied yet, in the place of its value: what the server has is left as it is.
 *
 * A check puts the former value in its place, or leaves the field out where that is not known. It is never sent.
 */
export const keptValue =
  "bitbucket-as-code: not supplied, keep what is there (7f6b1c1e-6d0f-4f7e-9a52-0d3c5a1f8e44)";
