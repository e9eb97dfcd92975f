/** https://support.atlassian.com/bitbucket-cloud/docs/what-is-a-slug/ */
import { invalidField } from "./errors";

const letters: Readonly<Record<string, string>> = {
  ø: "o",
  æ: "ae",
  œ: "oe",
  ß: "ss",
  ł: "l",
  đ: "d",
  þ: "th",
};

/** Derives the slug from a name. */
export function slugFor(name: string): string {
  let slug = "";
  for (const character of name.toLowerCase().normalize("NFKD")) {
    if (/\p{M}/u.test(character)) continue;
    const plain = letters[character] ?? character;
    slug += /^[a-z0-9_.-]+$/.test(plain) ? plain : "-";
  }
  return slug.replace(/--+/g, "-").slice(0, 62).replace(/^-|-$/g, "");
}

export function checkSlug(slug: string): void {
  if (!/^[a-z0-9_.-]{1,62}$/.test(slug)) {
    throw invalidField(
      "slug",
      "Invalid slug. Slugs must be lowercase, alphanumerical, and may also contain underscores, dashes, or dots.",
    );
  }
}
