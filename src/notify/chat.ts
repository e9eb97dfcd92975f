/** Messages to chats: Slack and Teams. */
import { type DeliveryOptions, ServiceClient } from "./deliver";
import type { WebhookAddress } from "./settings";
import { toSlackMessage } from "./slack";
import { toTeamsMessage } from "./teams";

export interface ChatMessage {
  readonly title: string;
  readonly summary: string;
  /** The most important first. */
  readonly lines: readonly string[];
  /** How many lines are left out. */
  readonly more: number;
  readonly link?: string | undefined;
}

const chats = {
  slack: { name: "Slack", toBody: toSlackMessage },
  teams: { name: "Teams", toBody: toTeamsMessage },
} as const;

/** Posts a message. @throws {DeliveryError} with the service's answer, and without the address, which is a secret. */
export async function postToChat(
  chat: keyof typeof chats,
  { url, from }: WebhookAddress,
  message: ChatMessage,
  options: DeliveryOptions = {},
): Promise<void> {
  const { name, toBody } = chats[chat];
  const delivery = new ServiceClient(`${name} (${from})`, options);
  try {
    await delivery.send({
      method: "POST",
      url: url.reveal(),
      shown: "the message",
      body: toBody(message),
    });
  } finally {
    await delivery.close();
  }
}
