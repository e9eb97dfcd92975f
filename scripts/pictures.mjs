/**
 * `npm run docs:pictures`: writes docs/images from a real run, after `npm run build`. The demo applies the sample stack;
 * then somebody changes things by hand, and a preview and a drift report show it. Requires Chromium on PATH.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(root, "dist", "cli", "main.js");
/** A code for a style, as terminals get it. */
const escapeCode = String.fromCharCode(27);
const codes = new RegExp(`(${escapeCode}\\[[\\d;]*m)`, "g");
const images = join(root, "docs", "images");
const run = promisify(execFile);

/** Colors of a terminal, by their codes. */
const colors = { 31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 35: "#d2a8ff", 36: "#76e3ea", 90: "#8b949e" };

/** Runs a command of bitbucket-as-code. A drift report exits with 2. */
async function command(args, env) {
  const options = { cwd: root, env: { ...process.env, ...env }, maxBuffer: 1 << 26 };
  try {
    return (await run(process.execPath, [main, ...args], options)).stdout;
  } catch (error) {
    if (error.code === 2) return error.stdout;
    throw error;
  }
}

const output = await command(["demo", "--keep"], {});
const env = Object.fromEntries(
  [...output.matchAll(/^export (\w+)="?([^"\n]*)"?$/gm)].map(([, name, value]) => [
    name,
    value.replace("$PATH", process.env.PATH),
  ]),
);
const emulator = Number(/^kill (\d+)/m.exec(output)?.[1]);
const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-pictures-"));
try {
  await changeByHand();
  mkdirSync(images, { recursive: true });
  const preview = await command(["preview", "example"], {
    ...env,
    FORCE_COLOR: "1",
    COLUMNS: "96",
  });
  writeFileSync(join(images, "preview.svg"), drawTerminal("bitbucket-as-code preview example", preview));
  const page = join(folder, "drift.html");
  await command(["drift", "example", "--unmanaged", "--report", `html=${page}`], env);
  await photograph(page);
} finally {
  process.kill(emulator);
  for (const path of [
    folder,
    env.PULUMI_BACKEND_URL.replace("file://", ""),
    join(root, "Pulumi.example.yaml"),
  ])
    rmSync(path, { recursive: true, force: true });
}

async function changeByHand() {
  const authorization = `Basic ${Buffer.from(`${env.BITBUCKET_EMAIL}:${env.BITBUCKET_TOKEN}`).toString("base64")}`;
  const send = async (method, path, body) => {
    const response = await fetch(env.BITBUCKET_API_URL + path, {
      method,
      headers: { authorization, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  };
  const keys = await send("GET", "/repositories/acme/api/deploy-keys");
  await send("DELETE", `/repositories/acme/api/deploy-keys/${keys.values[0].id}`);
  await send("PUT", "/repositories/acme/api", { description: "Changed by hand" });
  const { values } = await send("GET", "/repositories/acme/api/hooks");
  await send("DELETE", `/repositories/acme/api/hooks/${values[0].uuid}`);
  const [web] = (await send("GET", "/repositories/acme/shop-web/hooks")).values;
  await send("PUT", `/repositories/acme/shop-web/hooks/${web.uuid}`, {
    description: web.description,
    url: "https://unknown.example.org/hook",
    active: true,
    events: web.events,
  });
  await send("POST", "/repositories/acme/docs/hooks", {
    description: "added by hand",
    url: "https://unknown.example.org/docs",
    active: true,
    events: ["repo:push"],
  });
}

/** An SVG of a terminal with a command and its output. */
function drawTerminal(typed, text) {
  const lines = [`${escapeCode}[1m$ ${typed}${escapeCode}[22m`, ...text.trimEnd().split("\n")].slice(0, 30);
  const [lineHeight, charWidth, margin] = [19, 8, 16];
  const columns = Math.max(...lines.map((line) => line.replace(codes, "").length), 60);
  const [width, height] = [columns * charWidth + 2 * margin, lines.length * lineHeight + 2 * margin];
  const rows = lines.map(
    (line, index) => `<text x="${margin}" y="${margin + (index + 0.75) * lineHeight}">${spans(line)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${escapeXml(typed)}</title>
<rect width="100%" height="100%" rx="8" fill="#1b1f24"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="#d1d7e0" xml:space="preserve">
${rows.join("\n")}
</g>
</svg>
`;
}

/** A line with its colors, from the terminal's codes. */
function spans(line) {
  let [color, bold, dim] = [undefined, false, false];
  return line
    .split(codes)
    .map((part) => {
      const code = part.startsWith(escapeCode) ? part.slice(2, -1) : undefined;
      if (code === undefined) {
        const style = [
          color && `fill="${color}"`,
          bold && 'font-weight="bold"',
          dim && 'opacity="0.6"',
        ].filter(Boolean);
        return part && `<tspan${style.length > 0 ? ` ${style.join(" ")}` : ""}>${escapeXml(part)}</tspan>`;
      }
      if (code === "1") bold = true;
      else if (code === "2") dim = true;
      else if (code === "22") [bold, dim] = [false, false];
      else if (code === "39" || code === "0") color = undefined;
      else color = colors[code];
      return "";
    })
    .join("");
}

function escapeXml(text) {
  return text.replace(/[&<>]/g, (found) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[found]);
}

async function photograph(page) {
  const executablePath = (process.env.PATH ?? "")
    .split(delimiter)
    .map((path) => join(path, "chromium"))
    .find((file) => existsSync(file));
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const tab = await browser.newPage({ viewport: { width: 1200, height: 720 } });
  await tab.goto(pathToFileURL(page).href);
  await tab.locator(".row").first().click();
  await tab.screenshot({ path: join(images, "drift-page.png") });
  await browser.close();
}
