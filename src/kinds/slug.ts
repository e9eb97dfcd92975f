/**
 * The slug that Bitbucket makes of a repository's name.
 * https://support.atlassian.com/bitbucket-cloud/docs/what-is-a-slug/
 *
 * Used to check input and to look up what a lost response may have made; never to address a repository that is known.
 */

/** The longest slug, in characters. */
export const slugLimit = 62;

const folded: Readonly<Record<string, string>> = {
  ø: "o",
  æ: "ae",
  ß: "ss",
  đ: "d",
  ł: "l",
  œ: "oe",
  þ: "th",
};

export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[øæßđłœþ]/g, (letter) => folded[letter] ?? "-")
    .replace(/[^a-z0-9_.-]+/g, "-")
    .replace(/-+/g, "-")
    .slice(0, slugLimit)
    .replace(/^-+|-+$/g, "");
}
