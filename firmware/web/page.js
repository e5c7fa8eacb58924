// SPDX-License-Identifier: Apache-2.0
// Shows the calls of the box as they happen. All text from calls goes in by textContent, never as markup.
"use strict";

const SILENCE_MS = 25000; // the box sends something every 10 s; when it does not, it is gone
const LOST_AFTER_MS = 3000; // a short hiccup is no news
const RETRY_MS = 2000;
const KEEP = 200; // cards on the page

const $ = (selector, root = document) => root.querySelector(selector);
const cards = new Map(); // id -> <li>
let words = {};
let lang = remembered();
let today = "";
let state = "connecting";
let listTrouble = ""; // what ails the block list
let source = null;
let retry = 0;
let lost = 0;
let heardAt = Date.now();

function remembered() {
  try { return localStorage.getItem("lang") || ""; } catch { return ""; }
}

function remember(value) {
  try { localStorage.setItem("lang", value); } catch { /* private window: forget it */ }
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function icon(root, name) {
  const use = $("use", root);
  if (use.getAttribute("href") !== "#i-" + name) use.setAttribute("href", "#i-" + name);
}

async function ask(path) {
  const url = path + (path.includes("?") ? "&" : "?") + "lang=" + encodeURIComponent(lang);
  const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(8000) });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

// ---- the box: its words, its state, its counts

async function speak(chosen) {
  lang = chosen;
  words = await ask("/api/words");
  lang = words.lang;
  document.documentElement.lang = lang === "zh" ? "zh-CN" : lang;
  for (const element of document.querySelectorAll("[data-w]")) put(element, words[element.dataset.w] || "");
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", words[element.dataset.label]);
  for (const button of document.querySelectorAll("[data-lang]")) button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
  showState(state);
  showListTrouble();
}

function showState(next) {
  state = next;
  const box = $("#state");
  box.dataset.state = next;
  const symbol = { connecting: "waiting", talking: "ring" }[next] || next;
  icon(box, symbol);
  $("#state-text").setAttribute("role", next === "lost" ? "alert" : "status");
  put($("#state-text"), next === "lost" ? words.lost : words["state." + next] || "");
  put($("#state-help"), next === "lost" ? words["lost.help"] : "");
  $("#state-help").hidden = next !== "lost";
  document.title = next === "waiting" || next === "connecting" ? "Ringwarden" : $("#state-text").textContent + " · Ringwarden";
}

function showListTrouble() {
  const text = listTrouble ? words["list." + listTrouble] || "" : "";
  put($("#list-note"), text);
  $("#list-note").hidden = !text;
}

function showStatus(status) {
  const newDay = status.date !== today;
  today = status.date;
  showState(status.state);
  listTrouble = status.list || "";
  showListTrouble();
  for (const [action, count] of Object.entries(status.today)) {
    const tile = $(`[data-count="${action}"]`);
    put($("dd", tile), String(count));
    if (action === "challenge") tile.hidden = !count;
  }
  if (newDay) for (const day of document.querySelectorAll("#list > section")) put($("h3", day), dayTitle(day.dataset.day));
}

// ---- the calls

function dayTitle(date) {
  if (!date) return words.undated;
  const noon = (text) => Date.parse(text + "T12:00:00Z");
  const long = new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
  const day = long.format(noon(date));
  const age = today ? Math.round((noon(today) - noon(date)) / 864e5) : -1;
  if (age === 0) return words.today + (lang === "zh" ? "，" : ", ") + day;
  if (age === 1) return words.yesterday + (lang === "zh" ? "，" : ", ") + day;
  return day;
}

function dayList(date) {
  for (const section of $("#list").children) if (section.dataset.day === date) return $("ol", section);
  const section = $("#day").content.firstElementChild.cloneNode(true);
  section.dataset.day = date;
  put($("h3", section), dayTitle(date));
  const older = [...$("#list").children].find((other) => other.dataset.day < date);
  $("#list").insertBefore(section, older || null);
  return $("ol", section);
}

function place(item, call) {
  const list = dayList(call.at.slice(0, 10));
  const older = [...list.children].find((other) => Number(other.dataset.id) < call.id);
  list.insertBefore(item, older || null);
}

let tellings = 0; // how many calls and changes of calls the stream has told
const toldAt = new Map(); // id of a call: which telling was its last

function showCall(call, fresh) {
  if (fresh) toldAt.set(call.id, ++tellings);
  let item = cards.get(call.id);
  const undecided = !item || item.dataset.action === "";
  if (!item) {
    item = $("#call").content.firstElementChild.cloneNode(true);
    item.dataset.id = call.id;
    cards.set(call.id, item);
    place(item, call);
    if (fresh) $("article", item).classList.add("new");
  }
  fill(item, call);
  if (fresh && undecided && call.action) put($("#news"), [call.verdict, call.who, call.sentence].join(". "));
  while (cards.size > KEEP) drop(cards.keys().next().value);
  $("#empty").hidden = cards.size > 0;
}

function fill(item, call) {
  item.dataset.action = call.action;
  item.dataset.live = String(call.state !== "ended");
  icon(item, call.action || "ringing");
  put($(".verdict b", item), call.verdict);
  const time = $("time", item);
  time.dateTime = call.at;
  put(time, call.at.slice(11, 16) || "–");
  put($("h4", item), call.who);
  put($(".second", item), call.second);
  put($(".sentence", item), call.sentence);
  put($(".category", item), call.category);
  put($(".outcome", item), call.outcome);
  put($(".took", item), call.took);
  put($("summary", item), words.more);
  $("details", item).hidden = !call.action;
  const facts = [["reason", call.reason], ["rule", call.rule], ["standard", call.standard], ["quality", call.quality ? call.quality + " / 100" : ""], ["rings", String(call.rings)]];
  const list = $("details dl", item);
  const old = list.textContent;
  const rows = facts.filter(([, value]) => value).map(([key, value]) => [words["more." + key], value]);
  if (old === rows.flat().join("")) return;
  list.replaceChildren(...rows.flatMap(([name, value]) => {
    const pair = [document.createElement("dt"), document.createElement("dd")];
    pair[0].textContent = name;
    pair[1].textContent = value;
    return pair;
  }));
}

function drop(id) {
  const item = cards.get(id);
  const day = item.closest("section");
  item.remove();
  if (!$("li", day)) day.remove();
  cards.delete(id);
  toldAt.delete(id);
}

// `stream`: what asked for it. An answer that comes when that stream has broken is no sign of life.
async function sync(stream = source) {
  if (words.lang !== lang) await speak(lang); // chosen while the box was away
  const began = tellings;
  const newer = (id) => (toldAt.get(id) || 0) > began; // what the stream told meanwhile is newer than the list
  const [list, status] = await Promise.all([ask("/api/calls"), ask("/api/status")]);
  const there = new Set(list.calls.map((call) => call.id));
  for (const id of [...cards.keys()]) if (!there.has(id) && !newer(id)) drop(id);
  if (stream === source) {
    heard();
    showStatus(status);
  }
  for (const section of $("#list").children) put($("h3", section), dayTitle(section.dataset.day));
  for (const call of list.calls) if (!newer(call.id)) showCall(call, false);
  $("#empty").hidden = cards.size > 0;
}

// ---- the connection: a stream that is opened again by hand, because browsers give up after some errors

function heard() {
  heardAt = Date.now();
  clearTimeout(lost);
  lost = 0;
}

function missed() {
  if (source) source.close();
  source = null;
  if (!lost) lost = setTimeout(() => showState("lost"), LOST_AFTER_MS);
  clearTimeout(retry);
  retry = setTimeout(connect, RETRY_MS);
}

async function connect() {
  clearTimeout(retry);
  if (source) source.close();
  const mine = source = new EventSource("/api/stream?lang=" + lang);
  const guarded = (show) => (event) => { if (source !== mine) return; heard(); show(JSON.parse(event.data)); };
  mine.addEventListener("call", guarded((call) => showCall(call, true)));
  mine.addEventListener("status", guarded(showStatus));
  mine.onopen = () => sync(mine).catch(() => { if (source === mine) missed(); }); // the stream first, then the list: nothing falls between
  mine.onerror = async () => {
    if (source !== mine) return;
    missed();
    try { await sync(); } catch { /* gone indeed; when only the stream was refused, this keeps the page current */ }
  };
}

setInterval(() => { if (source && Date.now() - heardAt > SILENCE_MS) missed(); }, 1000);
document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() - heardAt > SILENCE_MS) connect(); });
for (const button of document.querySelectorAll("[data-lang]")) {
  button.addEventListener("click", () => {
    remember(button.dataset.lang);
    speak(button.dataset.lang).then(connect).catch(missed);
  });
}
speak(lang).then(connect).catch(() => setTimeout(() => location.reload(), 5000));
