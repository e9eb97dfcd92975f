/**
 * The command line's options. The token itself is not one of them: everybody can see the list of processes.
 */
import { readFlags } from "../flags";
import { type CredentialSource, toPiece, toPieces } from "../source";

export const flags: CredentialSource = {
  name: "flags",
  title: "options of the command",
  slow: false,
  look({ env }) {
    const given = readFlags(env);
    return {
      pieces: toPieces({
        token: toPiece(given.token, `--token-file ${given.tokenFile ?? ""}`.trim()),
        tokenType: toPiece(given.tokenType, "--token-type"),
        email: toPiece(given.email, "--email"),
        username: toPiece(given.username, "--username"),
      }),
    };
  },
};
