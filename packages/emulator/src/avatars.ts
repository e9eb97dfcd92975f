/** Avatars of projects and repositories: an image in a data URL, or a URL. They are not stored. */
import { invalidField } from "./errors";
import type { Call } from "./server";
import { readPart } from "./shared";

/** The time of an upload in a write's body, which the avatar's link then shows; empty without an upload. */
export function uploadedAvatar(call: Call, before = 0): { avatar?: number } {
  const avatar = readPart(call, "links")?.avatar;
  if (avatar === undefined) return {};
  const href = typeof avatar === "object" && avatar !== null && "href" in avatar ? String(avatar.href) : "";
  const data = /^data:image\/(png|jpeg|gif);base64,([A-Za-z0-9+/]+=*)$/.exec(href);
  const isImage = data
    ? isOfType(data[1] ?? "", Buffer.from(data[2] ?? "", "base64"))
    : /^https?:\/\/./.test(href);
  if (!isImage) throw invalidField("links", "The avatar is not a valid image.");
  const now = Math.floor(Date.parse(call.now()) / 1000);
  return { avatar: Math.max(now, before + 1) };
}

function isOfType(type: string, content: Buffer): boolean {
  const starts: Readonly<Record<string, string>> = { png: "89504e47", jpeg: "ffd8ff", gif: "47494638" };
  return content.toString("hex").startsWith(starts[type] ?? "none");
}
