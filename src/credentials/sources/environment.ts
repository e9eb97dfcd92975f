/** The environment's variables. */
import { piece, piecesOf, type Source } from "../source";

export const environment: Source = {
  name: "environment",
  title: "the environment",
  slow: false,
  look({ env }) {
    const of = (name: string) => piece(env[name], name);
    return {
      pieces: piecesOf({
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
