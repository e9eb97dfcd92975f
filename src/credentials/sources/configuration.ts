/** The stack's Pulumi configuration. https://www.pulumi.com/docs/iac/concepts/config/ */
import { type Context, type Piece, type PieceName, pieceNames, piecesOf, type Source } from "../source";

export const configuration: Source = {
  name: "configuration",
  title: "the stack's configuration",
  slow: false,
  look: (context) => ({
    pieces: piecesOf(Object.fromEntries(pieceNames.map((name) => [name, configured(name, context)]))),
  }),
};

function configured(name: PieceName, { config, configHas }: Context): Piece | undefined {
  return configHas(name) ? { from: `bitbucket:${name}`, text: () => config(name) ?? "" } : undefined;
}
