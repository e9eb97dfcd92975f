import type { Sample } from "./sample";

export const sample: Sample = {
  // The server adds the path and has an order of its own.
  args: (index) => ({
    url: `https://hooks${index}.example.com`,
    events: ["repo:push", "issue:created"],
    secret: "first",
    historyEnabled: false,
  }),
  changes: {
    url: "https://other.example.com/hook/",
    description: "Other",
    events: ["pullrequest:push", "pipeline:span_created"],
    active: false,
    secret: "second",
    skipCertVerification: true,
    historyEnabled: true,
  },
};
