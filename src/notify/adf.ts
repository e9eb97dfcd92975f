/**
 * Atlassian Document Format, the format of descriptions and comments in Jira's API of version 3. Text stays text: names
 * from Bitbucket cannot become markup. https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
 */
import { escapeUnprintable } from "../bitbucket/printable";

export type AdfNode = Readonly<Record<string, unknown>>;

export function document(content: readonly AdfNode[]): AdfNode {
  return { type: "doc", version: 1, content };
}

export function paragraph(...parts: readonly (string | AdfNode)[]): AdfNode {
  return { type: "paragraph", content: parts.map((part) => (typeof part === "string" ? text(part) : part)) };
}

export function heading(words: string): AdfNode {
  return { type: "heading", attrs: { level: 3 }, content: [text(words)] };
}

export function bulletList(items: readonly string[]): AdfNode {
  return {
    type: "bulletList",
    content: items.map((item) => ({ type: "listItem", content: [paragraph(item)] })),
  };
}

export function link(words: string, href: string): AdfNode {
  return { ...text(words), marks: [{ type: "link", attrs: { href } }] };
}

function text(words: string): AdfNode {
  // An empty text node is invalid.
  return { type: "text", text: escapeUnprintable(words) || " " };
}
