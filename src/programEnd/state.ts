/** The state of the running program's stack. */
import * as pulumi from "@pulumi/pulumi";
import { readState, type StateReading } from "../plan";

let reading: Promise<StateReading> | undefined;

/** Returns the state of the program's stack, read once, in parallel to the program. */
export function programState(): Promise<StateReading> {
  reading ??= readState(pulumi.getStack());
  return reading;
}
