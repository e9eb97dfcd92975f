/** The stack's Pulumi configuration. https://www.pulumi.com/docs/iac/concepts/config/ */
import {
  type CredentialSource,
  type Piece,
  type PieceName,
  pieceNames,
  type SourceContext,
  toPieces,
} from "../source";

export const configuration: CredentialSource = {
  name: "configuration",
  title: "the stack's configuration",
  slow: false,
  look: (context) => ({
    pieces: toPieces(Object.fromEntries(pieceNames.map((name) => [name, readConfigured(name, context)]))),
  }),
};

function readConfigured(name: PieceName, { config, configHas, namespace }: SourceContext): Piece | undefined {
  return configHas(name) ? { from: `${namespace}:${name}`, text: () => config(name) ?? "" } : undefined;
}
