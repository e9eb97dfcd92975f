/** All rules. */
import type { AuditRule } from "../finding";
import { appPassword } from "./appPassword";
import { authorization } from "./authorization";
import { environment, pulumi, terraform, tools } from "./configuration";
import { curl } from "./curl";
import { apiOne, goneEndpoint } from "./endpoints";
import { gitConfig } from "./gitConfig";
import { netrc } from "./netrc";
import { tokenLiteral } from "./token";
import { urlCredentials } from "./urlCredentials";

export const rules: readonly AuditRule[] = [
  urlCredentials,
  gitConfig,
  netrc,
  appPassword,
  curl,
  authorization,
  goneEndpoint,
  apiOne,
  terraform,
  pulumi,
  environment,
  tools,
  tokenLiteral,
];
