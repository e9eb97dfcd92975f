/** The templates of `pulumi new`: the same files as `init` writes, with placeholders. */
import { stringify } from "yaml";
import { type ProjectDescription, projectFiles } from "./project";

/** `pulumi new` replaces it in files and in their names. https://www.pulumi.com/docs/iac/guides/building-extending/custom-templates/ */
const placeholder = `\${PROJECT}`;

const descriptions: Readonly<Record<ProjectDescription["language"], string>> = {
  yaml: "A Bitbucket Cloud workspace as YAML",
  typescript: "A Bitbucket Cloud workspace as a TypeScript program",
};

/** Returns the text of each file of `templates/`, by its path in this package. */
export function templateFiles(): ReadonlyMap<string, string> {
  return new Map(
    (["yaml", "typescript"] as const).flatMap((language) =>
      [...projectFiles({ workspace: placeholder, language })].map(([path, text]): [string, string] => [
        // npm leaves a .gitignore out of what it publishes, and reads it as a list of what to leave out.
        `templates/${language}/${path}`,
        path === "Pulumi.yaml" ? text + templateSection(language) : text,
      ]),
    ),
  );
}

function templateSection(language: ProjectDescription["language"]): string {
  return stringify({
    template: {
      displayName: descriptions[language],
      description: descriptions[language],
      quickstart: `Name the project and the stack like the workspace. Then set BITBUCKET_EMAIL and BITBUCKET_TOKEN, and check them: npx bitbucket-as-code doctor`,
    },
  });
}
