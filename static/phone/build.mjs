// Bundles the phone's scripts into ../vendor: one file for each entry that is here, named by what is in it, a manifest that
// knows the names, and the licences of what came from npm. The same sources give the same bytes. The manifest is written
// when all else is there, so that a build that broke off leaves the one before in use.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const vendor = process.argv[2] || join(here, "..", "vendor");
const entries = (process.argv[3] || "page,sealer,worker,sent").split(",").filter((name) => existsSync(join(here, `${name}.js`)));

// The pages carry expressions.js as a plain script; here it is a module.
const expressions = {
  name: "expressions",
  setup: ({ onLoad }) =>
    onLoad({ filter: /static[/\\]expressions\.js$/ }, ({ path }) => ({
      contents: `${readFileSync(path, "utf8").replace(/^if \(typeof module.*$/m, "")}\nexport default peksosExpressions;\n`,
      loader: "js",
    })),
};

const bundle = async (name) => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(here, `${name}.js`)],
    absWorkingDir: here,
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: "iife",
    target: "chrome80",
    charset: "utf8",
    legalComments: "none",
    banner: { js: "/*! /static/vendor/LICENSES.txt */" },
    logLevel: "warning",
    plugins: [expressions],
  });
  return { bytes: outputFiles[0].contents, inputs: Object.keys(metafile.inputs) };
};

const packageOf = (input) => (/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input) || [])[1];

const licence = (name) => {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"].map((one) => join(folder, one)).find(existsSync);
  if (!file) throw new Error(`${name} comes without its licence`);
  return `${name} ${version} (${license})\n\n${readFileSync(file, "utf8").trim()}\n`;
};

const digest = (bytes, form) => createHash("sha256").update(bytes).digest(form);
const manifest = {};
const files = {};
const packages = new Set();
for (const name of entries) {
  const { bytes, inputs } = await bundle(name);
  const file = `${name}.${digest(bytes, "hex").slice(0, 12)}.js`;
  files[file] = bytes;
  manifest[name] = { file, integrity: `sha256-${digest(bytes, "base64")}` };
  inputs.map(packageOf).filter(Boolean).forEach((one) => packages.add(one));
}
files["LICENSES.txt"] = [...packages].sort().map(licence).join("\n");
mkdirSync(vendor, { recursive: true });
for (const [file, content] of Object.entries(files)) writeFileSync(join(vendor, file), content);
writeFileSync(join(vendor, "manifest.new"), `${JSON.stringify(manifest, null, 1)}\n`);
renameSync(join(vendor, "manifest.new"), join(vendor, "manifest.json"));
const left = readdirSync(vendor).filter((file) => !(file in files) && file !== "manifest.json");
for (const file of left) rmSync(join(vendor, file));
