/** The environment's variables. */
import { type CredentialSource, toPiece, toPieces } from "../source";

export const environment: CredentialSource = {
  name: "environment",
  title: "the environment",
  slow: false,
  look({ env }) {
    const of = (name: string) => toPiece(env[name], name);
    return {
      pieces: toPieces({
        token: of("BITBUCKET_TOKEN"),
        tokenType: of("BITBUCKET_TOKEN_TYPE"),
        email: of("BITBUCKET_EMAIL"),
        username: of("BITBUCKET_USERNAME"),
        oauthClientId: of("BITBUCKET_OAUTH_CLIENT_ID"),
        oauthClientSecret: of("BITBUCKET_OAUTH_CLIENT_SECRET"),
      }),
    };
  },
};
