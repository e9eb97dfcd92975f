/** The files of this machine that the commands of `migrate` look at. */
import { environment } from "../../environment";
import { auditPaths, homeFiles } from "../../migrate/tree";
import { startProgress } from "../shared/progress";

interface LocalFiles extends Omit<Parameters<typeof auditPaths>[1], "onFile"> {
  /** Whether those of git in the home folder are included. */
  readonly home: boolean;
}

/** Audits these files and folders, by default this one, and shows the progress. */
export async function auditLocal(paths: readonly string[], { home, ...options }: LocalFiles) {
  const bar = startProgress("files");
  const chosen = [...(paths.length > 0 ? paths : [process.cwd()]), ...(home ? homeFiles(environment()) : [])];
  try {
    return await auditPaths(chosen, {
      ...options,
      onFile: (path) => {
        bar.expect(1);
        bar.done();
        bar.doing(path);
      },
    });
  } finally {
    bar.stop();
  }
}
