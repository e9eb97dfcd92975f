/** The command line's options. The token itself is none: whoever sees the list of processes would see it. */
import { flagsIn } from "../flags";
import { piece, piecesOf, type Source } from "../source";

export const flags: Source = {
  name: "flags",
  title: "options of the command",
  slow: false,
  look({ env }) {
    const given = flagsIn(env);
    return {
      pieces: piecesOf({
        token: piece(given.token, `--token-file ${given.tokenFile ?? ""}`.trim()),
        tokenType: piece(given.tokenType, "--token-type"),
        email: piece(given.email, "--email"),
        username: piece(given.username, "--username"),
      }),
    };
  },
};
