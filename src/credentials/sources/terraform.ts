/**
 * The variables of the Terraform providers that are not ours as well.
 * https://registry.terraform.io/providers/DrFaust92/bitbucket/latest/docs
 * https://registry.terraform.io/providers/zahiar/bitbucket/latest/docs
 */
import { nothing, piece, piecesOf, type Source } from "../source";

export const terraform: Source = {
  name: "terraform",
  title: "the Terraform providers' variables",
  slow: false,
  look({ env }) {
    const { BITBUCKET_PASSWORD: password, BITBUCKET_OAUTH_TOKEN: oauthToken } = env;
    if (oauthToken) {
      return {
        pieces: piecesOf({ token: piece(oauthToken, "BITBUCKET_OAUTH_TOKEN") }),
        impliedType: "oauth",
        notes: [
          "BITBUCKET_OAUTH_TOKEN is the Terraform providers' name. Here it is BITBUCKET_TOKEN, with BITBUCKET_TOKEN_TYPE=oauth.",
        ],
      };
    }
    if (!password) return nothing;
    return {
      pieces: piecesOf({
        token: piece(password, "BITBUCKET_PASSWORD"),
        username: piece(env.BITBUCKET_USERNAME, "BITBUCKET_USERNAME"),
      }),
      notes: [
        "BITBUCKET_USERNAME and BITBUCKET_PASSWORD are the Terraform providers' names. Here they are BITBUCKET_EMAIL, " +
          "the Atlassian account's address, and BITBUCKET_TOKEN, an API token.",
      ],
    };
  },
};
