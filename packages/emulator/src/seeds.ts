/** The initial states of an emulator. */
import { peopleState } from "./seed";
import { exampleState } from "./seedExample";
import { emptyState } from "./state";

export const seeds = { people: peopleState, example: exampleState, empty: emptyState } as const;

export type Seed = keyof typeof seeds;
