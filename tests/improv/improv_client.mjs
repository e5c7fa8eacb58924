// SPDX-License-Identifier: Apache-2.0
// Drives the public improv-wifi-serial-sdk as a page would: `node improv_client.mjs KIT PORT` with a list of calls on
// standard input, [["scan"], ["provision", "Home", "…"]]. A line of JSON for each: {"ok": value} or {"error": text}.
import "./sdk_loader.mjs";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { openPort } from "./web_serial.mjs";

const [kit, path] = process.argv.slice(2);
const { ImprovSerial } = await import(pathToFileURL(kit + "/dist/serial.js").href);
const logged = [];
const logger = { log() {}, debug() {}, error: (...words) => logged.push(words.map(String).join(" ")) };
const client = new ImprovSerial(openPort(path), logger);
const JOINING = 3;
const states = [];
client.addEventListener("state-changed", (event) => states.push(event.detail));

function say(value) {
  process.stdout.write(JSON.stringify(value) + "\n");
}

for (const [name, ...given] of JSON.parse(readFileSync(0, "utf-8"))) {
  states.length = 0;
  try {
    const ok = (await client[name](...given)) ?? null;
    say({ call: name, ok, state: client.state, states: [...states], url: client.nextUrl ?? null });
  } catch (error) {
    // The kit tells the error first; the state after it comes with the next packet.
    for (let tries = 0; client.state === JOINING && tries < 100; tries++) {
      await new Promise((done) => setTimeout(done, 20));
    }
    say({ call: name, error: String(error.message ?? error), state: client.state, states: [...states] });
  }
}
say({ logged });
process.exit(0);
