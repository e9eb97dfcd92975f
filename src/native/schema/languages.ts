/** Renders an example in each of Pulumi's languages. */
import { capitalise } from "../../errors/words";
import { nativePrefix, nativeToken } from "../../model/typeToken";
import type { Declared, Expression, Program } from "./example";
import { dotnetNamespace, goModule, goPackage, npmPackage, pythonPackage, snake } from "./names";
import type { EnumSpec, ObjectSpec, ResourceSpec, TypeSpec } from "./spec";

/** The types of the examples' values. */
interface Typed {
  readonly resources: Readonly<Record<string, Pick<ResourceSpec, "inputProperties">>>;
  readonly types: Readonly<Record<string, ObjectSpec | EnumSpec>>;
}

/** A Pulumi language, by the name of its code blocks. */
export interface Language {
  readonly name: string;
  write(program: Program, typed: Typed): string;
}

const secretsIn = (program: Program) =>
  program.flatMap(({ args }) => Object.values(args).flatMap((one) => ("secret" in one ? [one.secret] : [])));

const json = (value: unknown) => JSON.stringify(value);

const typescript: Language = {
  name: "typescript",
  write(program) {
    const hasSecrets = secretsIn(program).length > 0;
    const lines = [
      ...(hasSecrets ? ['import * as pulumi from "@pulumi/pulumi";'] : []),
      `import * as bitbucket from "${npmPackage}";`,
      "",
      ...(hasSecrets ? ["const config = new pulumi.Config();"] : []),
    ];
    for (const { kind, name, args } of program) {
      lines.push(`const ${name} = new bitbucket.${kind.name}(${json(name)}, {`);
      for (const [field, value] of Object.entries(args)) lines.push(`    ${field}: ${ofValue(value)},`);
      lines.push("});");
    }
    return lines.join("\n");

    function ofValue(value: Expression): string {
      if ("secret" in value) return `config.requireSecret(${json(value.secret)})`;
      return "output" in value ? `${value.of}.${value.output}` : literal(value.literal);
    }
    function literal(value: unknown): string {
      if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
      if (typeof value !== "object" || value === null) return json(value);
      return `{ ${Object.entries(value)
        .map(([key, held]) => `${key}: ${literal(held)}`)
        .join(", ")} }`;
    }
  },
};

const python: Language = {
  name: "python",
  write(program) {
    const hasSecrets = secretsIn(program).length > 0;
    const lines = [
      ...(hasSecrets ? ["import pulumi"] : []),
      `import ${pythonPackage} as bitbucket`,
      "",
      ...(hasSecrets ? ["config = pulumi.Config()"] : []),
    ];
    for (const { kind, name, args } of program) {
      const given = Object.entries(args).map(([field, value]) => `    ${snake(field)}=${ofValue(value)}`);
      lines.push(`${snake(name)} = bitbucket.${kind.name}(${json(name)},`, `${given.join(",\n")})`);
    }
    return lines.join("\n");

    function ofValue(value: Expression): string {
      if ("secret" in value) return `config.require_secret(${json(value.secret)})`;
      return "output" in value ? `${snake(value.of)}.${snake(value.output)}` : literal(value.literal);
    }
    function literal(value: unknown): string {
      if (typeof value === "boolean") return value ? "True" : "False";
      if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
      if (typeof value !== "object" || value === null) return json(value);
      return `{${Object.entries(value)
        .map(([key, held]) => `${json(snake(key))}: ${literal(held)}`)
        .join(", ")}}`;
    }
  },
};

const go: Language = {
  name: "go",
  write(program, typed) {
    const hasSecrets = secretsIn(program).length > 0;
    const used = new Set(
      program.flatMap(({ args }) => Object.values(args)).flatMap((one) => ("of" in one ? [one.of] : [])),
    );
    const lines = [
      "package main",
      "",
      "import (",
      `\t"${goModule}"`,
      '\t"github.com/pulumi/pulumi/sdk/v3/go/pulumi"',
      ...(hasSecrets ? ['\t"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"'] : []),
      ")",
      "",
      "func main() {",
      "\tpulumi.Run(func(ctx *pulumi.Context) error {",
      ...(hasSecrets ? ['\t\tcfg := config.New(ctx, "")'] : []),
    ];
    // A resource that nothing refers to gets no variable: Go refuses unused ones.
    let isErrorDeclared = false;
    for (const { kind, name, args } of program) {
      const made = used.has(name);
      const operator = made || !isErrorDeclared ? ":=" : "=";
      isErrorDeclared = true;
      lines.push(
        `\t\t${made ? name : "_"}, err ${operator} ${goPackage}.New${kind.name}(ctx, ${json(name)}, &${goPackage}.${kind.name}Args{`,
      );
      const { inputProperties = {} } = typed.resources[nativeToken(kind)] ?? {};
      const names = Object.keys(args).map(capitalise);
      const width = Math.max(...names.map((one) => one.length)) + 1;
      for (const [field, value] of Object.entries(args))
        lines.push(
          `\t\t\t${`${capitalise(field)}:`.padEnd(width)} ${ofValue(value, inputProperties[field] ?? {})},`,
        );
      lines.push("\t\t})", "\t\tif err != nil {", "\t\t\treturn err", "\t\t}");
    }
    return [...lines, "\t\treturn nil", "\t})", "}"].join("\n");

    function ofValue(value: Expression, type: TypeSpec): string {
      if ("secret" in value) return `cfg.RequireSecret(${json(value.secret)})`;
      return "output" in value ? `${value.of}.${capitalise(value.output)}` : literal(value.literal, type);
    }
    function literal(value: unknown, type: TypeSpec): string {
      const named = nameOf(type);
      const spec = named === undefined ? undefined : typed.types[nativePrefix + named];
      if (spec && "enum" in spec) return `${goPackage}.${named}${enumName(spec, value)}`;
      if (Array.isArray(value)) {
        const items = type.items ?? {};
        const item = nameOf(items);
        const array =
          item === undefined
            ? `pulumi.${capitalise(items.type ?? "string")}Array`
            : `${goPackage}.${item}Array`;
        return `${array}{${value.map((one) => literal(one, items)).join(", ")}}`;
      }
      if (spec && typeof value === "object" && value !== null)
        return `&${goPackage}.${named}Args{${Object.entries(value)
          .map(([key, held]) => `${capitalise(key)}: ${literal(held, spec.properties[key] ?? {})}`)
          .join(", ")}}`;
      if (typeof value === "boolean") return `pulumi.Bool(${value})`;
      if (typeof value === "number")
        return type.type === "number" ? `pulumi.Float64(${value})` : `pulumi.Int(${value})`;
      return `pulumi.String(${json(value)})`;
    }
  },
};

const csharp: Language = {
  name: "csharp",
  write(program, typed) {
    const hasSecrets = secretsIn(program).length > 0;
    const lines = [
      "using System.Collections.Generic;",
      "using Pulumi;",
      `using ${dotnetNamespace} = Pulumi.${dotnetNamespace};`,
      "",
      "return await Deployment.RunAsync(() =>",
      "{",
      ...(hasSecrets ? ["    var config = new Config();"] : []),
    ];
    for (const { kind, name, args } of program) {
      lines.push(`    var ${name} = new ${dotnetNamespace}.${kind.name}(${json(name)}, new()`, "    {");
      const { inputProperties = {} } = typed.resources[nativeToken(kind)] ?? {};
      for (const [field, value] of Object.entries(args))
        lines.push(`        ${capitalise(field)} = ${ofValue(value, inputProperties[field] ?? {})},`);
      lines.push("    });");
    }
    return [...lines, "});"].join("\n");

    function ofValue(value: Expression, type: TypeSpec): string {
      if ("secret" in value) return `config.RequireSecret(${json(value.secret)})`;
      return "output" in value ? `${value.of}.${capitalise(value.output)}` : literal(value.literal, type);
    }
    function literal(value: unknown, type: TypeSpec): string {
      const named = nameOf(type);
      const spec = named === undefined ? undefined : typed.types[nativePrefix + named];
      if (spec && "enum" in spec) return `${dotnetNamespace}.${named}.${enumName(spec, value)}`;
      if (Array.isArray(value)) {
        const items = type.items ?? {};
        return `new[] { ${value.map((one) => literal(one, items)).join(", ")} }`;
      }
      if (spec && typeof value === "object" && value !== null)
        return `new ${dotnetNamespace}.Inputs.${named}Args { ${Object.entries(value)
          .map(([key, held]) => `${capitalise(key)} = ${literal(held, spec.properties[key] ?? {})}`)
          .join(", ")} }`;
      return json(value);
    }
  },
};

const yaml: Language = {
  name: "yaml",
  write(program) {
    const secrets = secretsIn(program);
    const lines = [
      ...(secrets.length > 0
        ? ["config:", ...secrets.flatMap((name) => [`  ${name}:`, "    type: string", "    secret: true"])]
        : []),
      "resources:",
    ];
    for (const one of program) lines.push(...resource(one));
    return lines.join("\n");

    function resource({ kind, name, args }: Declared): string[] {
      return [
        `  ${name}:`,
        `    type: ${nativePrefix.replace(":index:", ":")}${kind.name}`,
        "    properties:",
        ...Object.entries(args).map(([field, value]) => `      ${field}: ${ofValue(value)}`),
      ];
    }
    function ofValue(value: Expression): string {
      if ("secret" in value) return `\${${value.secret}}`;
      return "output" in value ? `\${${value.of}.${value.output}}` : literal(value.literal);
    }
    function literal(value: unknown): string {
      if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
      if (typeof value === "object" && value !== null)
        return `{ ${Object.entries(value)
          .map(([key, held]) => `${key}: ${literal(held)}`)
          .join(", ")} }`;
      return typeof value === "string" && /^[A-Za-z][\w ./-]*$/.test(value) && !isWord(value)
        ? value
        : json(value);
    }
    function isWord(value: string): boolean {
      return /^(true|false|yes|no|on|off|null|y|n)$/i.test(value);
    }
  },
};

/** In the order of the registry. */
export const languages: readonly Language[] = [typescript, python, go, csharp, yaml];

function nameOf({ $ref }: TypeSpec): string | undefined {
  const prefix = `#/types/${nativePrefix}`;
  return $ref?.startsWith(prefix) ? $ref.slice(prefix.length) : undefined;
}

function enumName(spec: EnumSpec, value: unknown): string {
  return spec.enum.find((one) => one.value === value)?.name ?? "";
}
