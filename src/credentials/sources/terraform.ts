/**
 * The variables of the Terraform providers, except those that this project shares.
 * https://registry.terraform.io/providers/DrFaust92/bitbucket/latest/docs
 * https://registry.terraform.io/providers/zahiar/bitbucket/latest/docs
 */
import { type CredentialSource, nothing, toPiece, toPieces } from "../source";

export const terraform: CredentialSource = {
  name: "terraform",
  title: "the Terraform providers' variables",
  slow: false,
  look({ env }) {
    const { BITBUCKET_PASSWORD: password, BITBUCKET_OAUTH_TOKEN: oauthToken } = env;
    if (oauthToken) {
      return {
        pieces: toPieces({ token: toPiece(oauthToken, "BITBUCKET_OAUTH_TOKEN") }),
        impliedType: "oauth",
        notes: [
          "BITBUCKET_OAUTH_TOKEN is the Terraform providers' name. Use BITBUCKET_TOKEN, with BITBUCKET_TOKEN_TYPE=oauth.",
        ],
      };
    }
    if (!password) return nothing;
    return {
      pieces: toPieces({
        token: toPiece(password, "BITBUCKET_PASSWORD"),
        username: toPiece(env.BITBUCKET_USERNAME, "BITBUCKET_USERNAME"),
      }),
      notes: [
        "BITBUCKET_USERNAME and BITBUCKET_PASSWORD are the Terraform providers' names. Use BITBUCKET_EMAIL, " +
          "the Atlassian account's address, and BITBUCKET_TOKEN, an API token.",
      ],
    };
  },
};
