/** The initial states of an emulator. */

import { emptyState } from "./newState";
import { peopleState } from "./seed";
import { exampleState } from "./seedExample";

export const seeds = { people: peopleState, example: exampleState, empty: emptyState } as const;

export type Seed = keyof typeof seeds;
