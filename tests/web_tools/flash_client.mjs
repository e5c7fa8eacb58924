// SPDX-License-Identifier: Apache-2.0
// Flashes a board with the code of ESP Web Tools, as its button on a page does:
//   node flash_client.mjs ESP_WEB_TOOLS ESPTOOL_JS PORT URL_OF_MANIFEST [erase]
// A line of JSON for each state that the page would show, and in the end {"erase_asked": …}.
import { openSync } from "node:fs";
import { register } from "node:module";
import { Readable, Writable } from "node:stream";
import { ReadStream, WriteStream } from "node:tty";
import { pathToFileURL } from "node:url";

const [tools, loader, path, address, erase] = process.argv.slice(2);
// Both packages are written for bundlers: they name neither file endings nor their module format.
const hooks = `
export async function resolve(name, context, next) {
  if (name === "esptool-js") return { url: ${JSON.stringify(pathToFileURL(loader + "/bundle.js").href)}, shortCircuit: true };
  const bare = name.startsWith(".") && context.parentURL?.includes("/esp-web-tools/");
  return next(bare && !name.endsWith(".js") ? name + ".js" : name, context);
}
export async function load(url, context, next) {
  const kit = /\\/(esp-web-tools|esptool-js)\\//.test(url) && url.endsWith(".js");
  return next(url, kit ? { ...context, format: "module" } : context);
}`;
register("data:text/javascript," + encodeURIComponent(hooks));

// What a page has and node has not.
globalThis.window = globalThis;
globalThis.location = new URL(".", address);
globalThis.FileReader = class extends EventTarget {
  readAsArrayBuffer(blob) {
    blob.arrayBuffer().then((data) => {
      this.result = data;
      this.dispatchEvent(new Event("load"));
    });
  }
};
const port = {
  readable: null,
  writable: null,
  async open() {
    this.input = new ReadStream(openSync(path, "r+"));
    this.input.setRawMode(true);
    this.output = new WriteStream(openSync(path, "r+"));
    this.readable = Readable.toWeb(this.input);
    this.writable = Writable.toWeb(this.output);
  },
  async close() {
    this.readable = this.writable = null;
    this.input.destroy();
    this.output.destroy();
  },
  async setSignals() {}, // a terminal has no such lines: this chip waits for its download all the time
  getInfo: () => ({ usbVendorId: 0x303a, usbProductId: 0x1001 }),
};

console.log = console.debug = console.warn = () => {};
console.error = (...words) => process.stderr.write(words.map((word) => word?.stack ?? String(word)).join(" ") + "\n");
const { downloadManifest } = await import(pathToFileURL(tools + "/dist/util/manifest.js").href);
const { flash } = await import(pathToFileURL(tools + "/dist/flash.js").href);
const say = (value) => process.stdout.write(JSON.stringify(value) + "\n");
const manifest = await downloadManifest(address);
await flash(
  ({ state, message, details, build, chipFamily }) => say({ state, message, details, chipFamily, parts: build?.parts }),
  port,
  address,
  manifest,
  erase === "erase",
);
say({ name: manifest.name, version: manifest.version, erase_asked: manifest.new_install_prompt_erase });
process.exit(0);
