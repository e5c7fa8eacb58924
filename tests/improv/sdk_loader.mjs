// SPDX-License-Identifier: Apache-2.0
// The public kit is written for bundlers: it names neither file endings nor its module format. Told to node here.
import { register } from "node:module";

const hooks = `
export async function resolve(name, context, next) {
  const bare = name.startsWith(".") && context.parentURL?.includes("/improv-wifi-serial-sdk/");
  return next(bare && !name.endsWith(".js") ? name + ".js" : name, context);
}
export async function load(url, context, next) {
  const kit = url.includes("/improv-wifi-serial-sdk/") && url.endsWith(".js");
  return next(url, kit ? { ...context, format: "module" } : context);
}`;
register("data:text/javascript," + encodeURIComponent(hooks));
