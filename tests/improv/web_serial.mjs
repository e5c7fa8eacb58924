// SPDX-License-Identifier: Apache-2.0
// A terminal as the Web Serial API shows it to a page: `readable` and `writable`, nothing else of it is needed here.
import { openSync } from "node:fs";
import { Readable, Writable } from "node:stream";
import { ReadStream, WriteStream } from "node:tty";

export function openPort(path) {
  const input = new ReadStream(openSync(path, "r+"));
  input.setRawMode(true);
  const output = new WriteStream(openSync(path, "r+"));
  return { readable: Readable.toWeb(input), writable: Writable.toWeb(output) };
}
