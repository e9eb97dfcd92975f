/** The state of the stack that a program is run for. */
import * as pulumi from "@pulumi/pulumi";
import { readState, type StateReading } from "../plan";

let reading: Promise<StateReading> | undefined;

/** The state of the program's stack, read once, beside all that the program does. */
export function programState(): Promise<StateReading> {
  reading ??= readState(pulumi.getStack());
  return reading;
}
