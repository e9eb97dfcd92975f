/** A message to a Slack incoming webhook. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
import { escapeUnprintable } from "../bitbucket/printable";
import type { ChatMessage } from "./chat";

/** Slack takes 3,000 characters in a section, and 150 in a header. */
const maxSection = 2_900;
const maxHeader = 150;

export function toSlackMessage({ title, summary, lines, more, link }: ChatMessage): unknown {
  const shown: string[] = [];
  let length = 0;
  for (const line of lines) {
    const text = `• ${escapeSlack(line)}`;
    if (length + text.length > maxSection) break;
    shown.push(text);
    length += text.length + 1;
  }
  const left = more + lines.length - shown.length;
  return {
    text: escapeSlack(`${title}: ${summary}`),
    blocks: [
      { type: "header", text: { type: "plain_text", text: title.slice(0, maxHeader), emoji: false } },
      { type: "section", text: { type: "plain_text", text: summary.slice(0, maxSection), emoji: false } },
      // No formatting: a name from Bitbucket cannot become a mention or a link.
      ...(shown.length > 0
        ? [{ type: "section", text: { type: "mrkdwn", text: shown.join("\n"), verbatim: true } }]
        : []),
      ...(left > 0
        ? [{ type: "context", elements: [{ type: "plain_text", text: `… and ${left} more`, emoji: false }] }]
        : []),
      ...(link === undefined
        ? []
        : [
            {
              type: "section",
              text: {
                type: "mrkdwn",
                text: `<${new URL(link).href.replace(/[|<>]/g, encodeURIComponent)}|Details>`,
              },
            },
          ]),
    ],
  };
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escapeSlack(text: string): string {
  return escapeUnprintable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[*_~`]/g, (mark) => `\u200b${mark}`);
}
