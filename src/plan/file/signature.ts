/**
 * Signs plans. With a key, nobody without it can change a plan unnoticed, and a changed secret is noticed. Without
 * one, a digest shows damage, and no more: who can write the file can write its digest.
 */

import { createHash, createHmac, hkdfSync, randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { canonicalJson } from "../../model/canonical";
import { type PlanBody, type PlanFile, PlanRefusedError } from "./format";

export interface PlanKey {
  readonly source: "BITBUCKET_PLAN_KEY" | "passphrase";
  readonly secret: string;
}

/** The key for plans: one of their own, or the passphrase of the stack's secrets. */
export function planKeyFrom(env: NodeJS.ProcessEnv): PlanKey | undefined {
  if (env.BITBUCKET_PLAN_KEY) return { source: "BITBUCKET_PLAN_KEY", secret: env.BITBUCKET_PLAN_KEY };
  const passphrase = env.PULUMI_CONFIG_PASSPHRASE || passphraseIn(env.PULUMI_CONFIG_PASSPHRASE_FILE);
  return passphrase ? { source: "passphrase", secret: passphrase } : undefined;
}

function passphraseIn(file: string | undefined): string {
  return file ? readFileSync(file, "utf8").trim() : "";
}

/** Makes guessing at a short passphrase slow: about a tenth of a second a try. */
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/** The keys that one plan is made with. */
export class PlanSigner {
  readonly #integrity: Buffer | undefined;
  readonly #secrets: Buffer | undefined;

  constructor(
    private readonly key: PlanKey | undefined,
    readonly salt = randomBytes(16).toString("hex"),
  ) {
    if (!key) return;
    const master = scryptSync(key.secret, Buffer.from(salt, "hex"), 32, cost);
    const derived = (use: string) =>
      Buffer.from(hkdfSync("sha256", master, "", `bitbucket-as-code ${use}`, 32));
    this.#integrity = derived("integrity");
    this.#secrets = derived("secrets");
  }

  /** A keyed digest of a secret, another one for each field; undefined without a key. */
  hashSecret(field: string, value: string): string | undefined {
    if (!this.#secrets) return undefined;
    return createHmac("sha256", this.#secrets)
      .update(canonicalJson([field, value]))
      .digest("hex");
  }

  sign(body: PlanBody): PlanFile {
    return {
      ...body,
      signature: { key: this.key?.source ?? "none", salt: this.salt, value: this.#value(body) },
    };
  }

  /** @throws {PlanRefusedError} where the plan is not as it was signed. */
  verify({ signature, ...body }: PlanFile): void {
    const wanted = Buffer.from(this.#value(body), "hex");
    const given = Buffer.from(signature.value, "hex");
    if (wanted.length === given.length && timingSafeEqual(wanted, given)) return;
    throw new PlanRefusedError([
      this.key
        ? `its signature does not match: it was changed after it was created, or ${nameOf(this.key.source)} is not the one that it was created with`
        : "its digest does not match: it was changed after it was created",
    ]);
  }

  #value(body: PlanBody): string {
    const text = canonicalJson(body);
    return this.#integrity
      ? createHmac("sha256", this.#integrity).update(text).digest("hex")
      : createHash("sha256").update(this.salt).update(text).digest("hex");
  }
}

/**
 * Verifies a plan, and returns the signer of its other digests. If there is a key, a plan that says it has none, or another one, is refused.
 *
 * @throws {PlanRefusedError} where the key is not the one that it needs, or the plan is not as it was signed.
 */
export function verifyPlan(plan: PlanFile, key: PlanKey | undefined): PlanSigner {
  const made = plan.signature.key;
  if (made !== "none" && !key)
    throw new PlanRefusedError(
      [`it is signed with ${nameOf(made)}, which is not set, so it is unknown whether it was changed`],
      `Set ${made === "passphrase" ? "PULUMI_CONFIG_PASSPHRASE" : made}, as where the plan was created.`,
    );
  if (key && made !== key.source)
    throw new PlanRefusedError(
      [
        `it is ${made === "none" ? "not signed with a key" : `signed with ${nameOf(made)}`}, and ${nameOf(key.source)} is set: it must be signed with that`,
      ],
      "Create the plan with the same key.",
    );
  const signer = new PlanSigner(key, plan.signature.salt);
  signer.verify(plan);
  return signer;
}

function nameOf(source: PlanFile["signature"]["key"]): string {
  return source === "passphrase" ? "the stack's passphrase" : source;
}
