import { join } from "node:path";
import type { Sample } from "./sample";

export const sample: Sample = {
  args: (index, world) => ({
    name: `Sample ${index}`,
    project: world.project(),
    description: "One",
    forkPolicy: "allow_forks",
    language: "go",
    mainBranch: "main",
    website: "https://one.example.com",
    pipelinesEnabled: true,
    avatar: join(__dirname, "avatars", "one.png"),
    archiveProject: "P1",
    deletion: "allow",
  }),
  changes: {
    name: "Renamed sample",
    description: "Two",
    isPrivate: false,
    forkPolicy: "no_public_forks",
    language: "rust",
    mainBranch: "develop",
    website: "https://two.example.com",
    pipelinesEnabled: false,
    avatar: join(__dirname, "avatars", "two.png"),
    archiveProject: "P2",
    deletion: "archive",
    project: "P2",
  },
  // They can only be false.
  elsewhere: {
    hasIssues: "repository.test.ts: issues and wikis can be read, and set to false",
    hasWiki: "repository.test.ts: issues and wikis can be read, and set to false",
  },
};
