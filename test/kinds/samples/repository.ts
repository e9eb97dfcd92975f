import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index, world) => ({
    name: `Sample ${index}`,
    project: world.project(),
    description: "One",
    forkPolicy: "no_forks",
    language: "go",
    mainBranch: "main",
    hasIssues: false,
    hasWiki: false,
    website: "https://one.example.com",
    pipelinesEnabled: true,
    archiveProject: "P1",
    deletion: "allow",
  }),
  changes: {
    name: "Renamed sample",
    description: "Two",
    isPrivate: false,
    forkPolicy: "allow_forks",
    language: "rust",
    mainBranch: "develop",
    hasIssues: true,
    hasWiki: true,
    website: "https://two.example.com",
    pipelinesEnabled: false,
    archiveProject: "P2",
    deletion: "archive",
    project: "P2",
  },
};
