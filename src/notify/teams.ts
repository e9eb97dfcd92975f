/**
 * An Adaptive Card for a webhook of Teams Workflows ("When a Teams webhook request is received").
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */
import { escapeUnprintable } from "../bitbucket/printable";
import type { ChatMessage } from "./chat";

/** Teams takes 28 KB in a message. */
const maxLines = 20_000;

export function toTeamsMessage({ title, summary, lines, more, link }: ChatMessage): unknown {
  const shown: string[] = [];
  let length = 0;
  for (const line of lines) {
    const text = escapeUnprintable(line);
    length += JSON.stringify(text).length + 120;
    if (length > maxLines) break;
    shown.push(text);
  }
  const left = more + lines.length - shown.length;
  return {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          body: [
            textOf(title, { weight: "Bolder", size: "Medium" }),
            textOf(summary),
            ...shown.map((line) => textOf(line)),
            ...(left > 0 ? [textOf(`… and ${left} more`, { isSubtle: true })] : []),
          ],
          ...(link === undefined
            ? {}
            : { actions: [{ type: "Action.OpenUrl", title: "Details", url: link }] }),
        },
      },
    ],
  };
}

/** A TextRun takes no Markdown: a name from Bitbucket stays text. */
function textOf(text: string, look: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    type: "RichTextBlock",
    inlines: [{ type: "TextRun", text: escapeUnprintable(text) || " ", ...look }],
  };
}
