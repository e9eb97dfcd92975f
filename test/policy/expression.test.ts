/** The expressions of policies: what they say, what they refuse, and that nothing leads out of them. */
import { compileExpression, type ExpressionVariables } from "../../src/policy/language/expression";
import { runWithin, TimeLimitError } from "../../src/policy/language/limit";
import { Unknown } from "../../src/policy/language/unknown";

const secret = new Unknown("secret", 'the property "secret"', "is secret");

const variables: ExpressionVariables = {
  resource: {
    url: "https://ci.example.com/hook",
    events: ["repo:push", "pullrequest:created"],
    value: 2,
    nested: { enabled: false },
    secret,
    left: undefined,
  },
  fields: ["url", "events", "value", "nested", "secret"],
  name: "api:ci",
  resourceType: "webhook",
  repository: { slug: "api", isPrivate: true },
  project: new Unknown("undeclared", "the project", "is not declared"),
  workspace: "acme",
};

const evaluate = (text: string) => compileExpression(text).evaluate(variables);

it.each([
  ['resource.url.startsWith("https://")', true],
  ['resource.url.matches("^https://[a-z.]+/hook$")', true],
  ["resource.value >= 2 && resource.value % 2 == 0", true],
  ['"repo:push" in resource.events', true],
  ['resource.events.all(event, event.startsWith("repo:"))', false],
  ["repository.isPrivate && !resource.nested.enabled", true],
  ['resourceType == "webhook" && name.startsWith("api:") && workspace == "acme"', true],
  ["has(resource.description)", false],
  ["has(resource.left)", false],
  ['"secret" in fields', true],
  ["false && resource.secret == 'x'", false],
  ["resource.url.lowerAscii() == resource.url", true],
])("evaluates %s", (text, expected) => {
  expect(evaluate(text)).toBe(expected);
});

it.each([
  'resource.secret == "x"',
  'resource.secret != "x"',
  "has(resource.secret)",
  "resource.secret in ['a']",
  'resource.secret == "x" || true',
  "resource == {'url': 1, 'events': 2, 'value': 3, 'nested': 4, 'secret': 5}",
  "resource.exists(key, resource[key] == 77)",
  'project == "PLAT"',
  'project != "PLAT"',
])("does not decide %s by a value that is unknown", (text) => {
  expect(() => evaluate(text)).toThrow(/^the (property "secret" is secret|project is not declared)$/);
});

it.each([
  ["", "is empty"],
  ["resource.url ==", 'line 1, column 14: "=" is not expected. What begins there is not complete'],
  ["resource.url\n  = 'x'", 'line 2, column 3: "=" is not expected'],
  ["!", "line 1, column 2: it ends where a value is expected"],
  ["resource.value > 1 && resourse.value < 3", 'line 1, column 23: there is no variable "resourse"'],
  ["resource.url.startWith('x')", 'there is no function "startWith"'],
  ["process.exit(1) == 1", 'there is no variable "process"'],
  [`${"(".repeat(5000)}true`, "has more than 4,000 characters"],
  [`${"(".repeat(1990)}true${")".repeat(1990)}`, "is nested too deeply"],
])("refuses %j", (text, message) => {
  expect(() => compileExpression(text)).toThrow(message);
});

it("says what was probably meant", () => {
  const meant = (text: string) => {
    try {
      evaluate(text);
    } catch (error) {
      return (error as { suggestion?: string }).suggestion;
    }
    return undefined;
  };
  expect(meant("resourse.url == ''")).toBe("resource");
  expect(meant("resource.url.startWith('x')")).toBe("startsWith");
  expect(meant("resource.urls == ''")).toBe("url");
});

it.each([
  ["resource.url", "must be true or false, and is text"],
  ["resource.value", "must be true or false, and is a number"],
  ["resource.events", "must be true or false, and is a list, a map or a type"],
  [
    "resource.description == ''",
    'asks for the property "description", which is not set here. Test that it is with has()',
  ],
  ["resource.value.startsWith('x')", "cannot be evaluated: "],
  ["resource.value / 0 == 1", "cannot be evaluated: "],
  ["repository.isPrivate ? resource.url : true", "must be true or false, and is text"],
])("does not take %j for an answer", (text, message) => {
  expect(() => evaluate(text)).toThrow(message);
});

it.each(["constructor", "__proto__", "toString", "hasOwnProperty", "get", "entries"])(
  "shows nothing of the host's objects: %s",
  (name) => {
    expect(evaluate(`has(resource.${name}) || has(repository.${name})`)).toBe(false);
    expect(() => evaluate(`resource.${name} == 1`)).toThrow("which is not set here");
    expect(() => evaluate(`resource.url.${name} == 1`)).toThrow();
    expect(() => evaluate(`resource.${name}() == 1`)).toThrow();
  },
);

it("ends an evaluation that would take too long", () => {
  const list = `[${Array.from({ length: 60 }, (_, index) => index).join(",")}]`;
  const text = `${list}.all(a, ${list}.all(b, ${list}.all(c, ${list}.all(d, ${list}.all(e, a + b + c + d + e < 1000)))))`;
  expect(() => evaluate(text)).toThrow("took longer than 2 s");
  expect(evaluate(`resource.url.matches("^(([a-z])+.)+[A-Z]([a-z])+$") || ${"a".repeat(0)}true`)).toBe(true);
  expect(() => runWithin(50, () => /^(a+)+$/.test(`${"a".repeat(40)}!`))).toThrow(TimeLimitError);
});
