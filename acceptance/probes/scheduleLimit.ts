import { evidence, isOk, type Probe } from "../probe";

function scheduleBody(count: number): unknown {
  return {
    type: "pipeline_schedule",
    enabled: false,
    cron_pattern: `0 ${count} 4 * * ? *`,
    target: {
      type: "pipeline_ref_target",
      ref_type: "branch",
      ref_name: "main",
      selector: { type: "branches", pattern: "main" },
    },
  };
}

export const scheduleLimit: Probe = {
  id: "schedule-limit",
  question: "Does a repository take 12 schedules?",
  async run(ask) {
    const path = `${await ask.repository({ pipelines: true, fresh: true })}/pipelines_config/schedules`;
    for (let count = 0; count < 12; count += 1) {
      const seen = await ask.post(path, scheduleBody(count));
      if (isOk(seen)) continue;
      return {
        // Too many are refused with a 401, although the credential is fine.
        verdict: count === 0 ? "not-allowed" : "no",
        evidence: [evidence(seen)],
        ...(count === 0 ? {} : { note: `${count} were taken` }),
      };
    }
    return { verdict: "yes", evidence: [] };
  },
};
