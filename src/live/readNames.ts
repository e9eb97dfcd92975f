/** Reads by name, to record an answer and give it again. */
import { type GetOptions, type ListOptions, NotFoundError } from "../bitbucket";

export const nameOfGet = (path: string, options: GetOptions) => `GET ${path} ${JSON.stringify(options)}`;
export const nameOfFetch = (path: string, options: GetOptions) => `FETCH ${path} ${JSON.stringify(options)}`;
export const nameOfList = (path: string, options: ListOptions) => `LIST ${path} ${JSON.stringify(options)}`;

/** The error of a recorded answer that nothing is there. */
export function recordedAbsence(path: string): NotFoundError {
  return new NotFoundError("not-found", "Bitbucket found nothing there", {
    method: "GET",
    path,
    status: 404,
  });
}
