/**
 * The proxy beside each Pipelines step, which knows the step's identity: it accepts Code Insights reports
 * without a token. It takes plain HTTP and forwards it as HTTPS.
 * https://support.atlassian.com/bitbucket-cloud/docs/code-insights/
 */
import { Client } from "undici";
import { z } from "zod";
import { ConnectionError, UnexpectedResponseError } from "../bitbucket";
import { messageOf } from "../errors";
import type { Sender } from "./insights";

export const defaultProxy = "http://localhost:29418";

/** Milliseconds until the response must begin. */
const patience = 30_000;

const refusal = z.object({ error: z.object({ message: z.string() }) });

/** Sends requests through the proxy while `work` runs. */
export async function sendThroughProxy<Result>(
  proxy: string,
  work: (sender: Sender) => Promise<Result>,
): Promise<Result> {
  const client = new Client(new URL(proxy).origin, { headersTimeout: patience, bodyTimeout: patience });
  try {
    return await work({
      async send({ method, path, body }) {
        const answer = await client
          .request({
            method,
            path: `http://api.bitbucket.org/2.0${path}`,
            headers: { host: "api.bitbucket.org", "content-type": "application/json" },
            body: body === undefined ? null : JSON.stringify(body),
          })
          .catch((cause: unknown) => {
            throw new ConnectionError(
              "proxy",
              `The proxy of Pipelines at ${proxy} does not respond: ${messageOf(cause)}`,
              {
                method,
                path,
                hint: "It exists only in a step of Pipelines. Elsewhere, set BITBUCKET_TOKEN.",
              },
            );
          });
        const text = await answer.body.text();
        if (answer.statusCode >= 400)
          throw new UnexpectedResponseError(
            "proxy",
            `Bitbucket answered ${answer.statusCode} through the proxy of Pipelines`,
            { method, path, status: answer.statusCode, apiMessage: messageIn(text) },
          );
        return { body: text === "" ? undefined : JSON.parse(text) };
      },
    });
  } finally {
    await client.close();
  }
}

function messageIn(text: string): string {
  try {
    return refusal.parse(JSON.parse(text)).error.message;
  } catch {
    return text.slice(0, 200);
  }
}
