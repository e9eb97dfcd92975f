/** The stack's Pulumi configuration. https://www.pulumi.com/docs/iac/concepts/config/ */
import { type PieceName, piece, pieceNames, piecesOf, type Source } from "../source";

export const configuration: Source = {
  name: "configuration",
  title: "the stack's configuration",
  slow: false,
  look({ config }) {
    const of = (name: PieceName) => [name, piece(config(name), `bitbucket:${name}`)] as const;
    return { pieces: piecesOf(Object.fromEntries(pieceNames.map(of))) };
  },
};
