// Who came, on a bad connection: an entry is kept on this device until the house has it. Without this file the forms
// are sent as forms are.
"use strict";

const KEY = "attendance";
const PATIENCE = 15_000; // for one answer
const AGAIN = 30_000; // as long as something lies here
const NOTES_LIFE = 14 * 86_400_000; // as on the server: then notes are deleted
const box = document.getElementById("kept");
const page = box.dataset.page;
let state = "kept";
let sending = false;
const typed = new Set(); // forms with numbers that were not sent yet

const read = () => JSON.parse(localStorage.getItem(KEY) ?? "[]");
const store = (entries) => localStorage.setItem(KEY, JSON.stringify(entries));
const isSame = (one, other) => one.page === other.page && one.reference === other.reference && one.person === other.person;

// Entries of whoever is signed in; what somebody else left on this device waits for them.
const mine = () => read().filter((entry) => entry.person === box.dataset.person);
const keep = (entry) => store([...read().filter((other) => !isSame(other, entry)), entry]);
// Only as it was sent: what was typed anew meanwhile stays.
const forget = (entry) => store(read().filter((other) => !isSame(other, entry) || other.at !== entry.at));

function entryOf(form, button) {
  const fields = [...new FormData(form, button)].filter(([name]) => name !== "csrfmiddlewaretoken");
  const words = form.dataset.words.replace("%s", form.querySelector("[data-total]")?.textContent ?? "");
  return { page, person: box.dataset.person, reference: form.dataset.entry, fields, words, at: Date.now() };
}

const tokenIn = (root) => root.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

function ask(address, options = {}) {
  return fetch(address, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE), ...options });
}

// A token that holds for whoever is signed in by now; nothing where nobody is.
async function freshToken(address) {
  const answer = await ask(address);
  if (answer.type === "opaqueredirect") return "";
  return tokenIn(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

function post(entry, token) {
  const body = new URLSearchParams([...entry.fields, ["person", entry.person], ["csrfmiddlewaretoken", token]]);
  return ask(entry.page, { method: "POST", body, headers: { Accept: "application/json" } });
}

// What became of it: done, look (the server's page says more), signed-out, refused, or kept (no answer).
async function send(entry, token) {
  try {
    let answer = await post(entry, token);
    if (answer.status === 403) {
      const fresh = await freshToken(entry.page);
      if (!fresh) return "signed-out";
      answer = await post(entry, fresh);
    }
    if (answer.type === "opaqueredirect" || answer.status === 401) return "signed-out";
    if (answer.status >= 500 || answer.status === 429) return "kept";
    if (answer.status === 409) return "look";
    return answer.ok ? "done" : "refused";
  } catch {
    return "kept";
  }
}

// The same as a form: the server's page shows what stands there and what was typed, and `answered` forgets the entry.
async function sendAsForm(entry) {
  let token;
  try {
    token = await freshToken(entry.page);
  } catch {
    return show("kept");
  }
  const form = document.createElement("form");
  form.method = "post";
  form.action = entry.page;
  for (const [name, value] of [...entry.fields, ["csrfmiddlewaretoken", token]]) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}

async function deliver(entry) {
  const outcome = await send(entry, tokenIn(document));
  if (outcome === "done") {
    forget(entry);
    return "done";
  }
  if (outcome === "look" && entry.page === page) await sendAsForm(entry);
  return outcome;
}

// Everything that lies here, one after the other; then the page as it stands now.
async function deliverAll() {
  const entries = mine();
  if (sending || !entries.length) return;
  sending = true;
  let done = false;
  state = "kept";
  for (const entry of entries) {
    const outcome = await deliver(entry);
    if (outcome === "done") done = true;
    else state = outcome === "look" ? "kept" : outcome;
    if (outcome === "kept" || outcome === "signed-out") break;
  }
  sending = false;
  if (done && !typed.size) return location.assign(page);
  show(state);
  if (done && !mine().length) box.append(box.dataset.sent);
}

function lineOf(entry) {
  const line = document.createElement("li");
  line.append(entry.words);
  if (entry.page !== page) {
    const link = document.createElement("a");
    Object.assign(link, { href: entry.page, textContent: box.dataset.elsewhere });
    line.append(" · ", link);
  }
  return line;
}

function show(what) {
  state = what;
  const entries = mine();
  if (!entries.length) return box.replaceChildren();
  const note = document.getElementById("kept-note").content.cloneNode(true);
  note.querySelector("[data-what]").textContent = box.dataset[what === "signed-out" ? "signedOut" : what];
  note.querySelector("[data-list]").append(...entries.map(lineOf));
  note.querySelector("a[data-sign-in]").href = box.dataset.signIn;
  note.querySelector("a[data-sign-in]").hidden = what !== "signed-out";
  note.querySelector("[data-send]").hidden = what !== "kept";
  note.querySelector("[data-discard]").hidden = what !== "refused";
  box.replaceChildren(note);
}

function discard() {
  for (const entry of mine().filter((one) => one.page === page)) forget(entry);
  show("kept");
}

async function submit(event) {
  const { target: form, submitter } = event;
  if (!form.dataset.entry || form.method !== "post") return;
  if (form.dataset.busy) return event.preventDefault();
  const entry = entryOf(form, submitter);
  try {
    keep(entry);
  } catch {
    return; // no room here, or not allowed: sent as forms are
  }
  event.preventDefault();
  typed.delete(form);
  form.dataset.busy = "yes";
  submitter?.setAttribute("aria-busy", "true");
  const outcome = await deliver(entry);
  delete form.dataset.busy;
  submitter?.removeAttribute("aria-busy");
  if (outcome === "done") return location.assign(page);
  if (outcome !== "look") {
    show(outcome);
    box.scrollIntoView({ block: "center" });
  }
}

function begin() {
  for (const hint of document.querySelectorAll("[data-with-script]")) hint.hidden = false;
  const answered = new Set([...document.querySelectorAll("[data-answered]")].map((part) => part.dataset.answered));
  const old = Date.now() - NOTES_LIFE;
  const rest = read().filter((entry) => !(entry.page === page && answered.has(entry.reference)));
  for (const entry of rest) {
    if (entry.at < old) entry.fields = entry.fields.filter(([name]) => name !== "note");
  }
  store(rest);
  show("kept");
  deliverAll();
}

// Before anybody counted, all booked pupils stand as not stated: who is counted as a girl or a boy is taken from there,
// until that number is typed itself.
const GENDERS = ["f", "m", "d"];
const resting = new Set([...document.querySelectorAll("[data-rest]")].map((box) => box.closest("form")));

function share({ target }) {
  const form = target.form;
  if (!resting.has(form)) return;
  if (target.name === "unknown") return resting.delete(form);
  if (!GENDERS.includes(target.name)) return;
  const counted = GENDERS.reduce((sum, name) => sum + (Number.parseInt(form.elements[name].value, 10) || 0), 0);
  const { unknown } = form.elements;
  unknown.value = Math.max(0, Number(form.querySelector("[data-rest]").dataset.booked) - counted);
  unknown.dispatchEvent(new Event("input", { bubbles: true })); // adds up
  resting.add(form);
}

document.addEventListener("submit", submit);
document.addEventListener("input", ({ target }) => target.form && typed.add(target.form));
document.addEventListener("input", share);
window.addEventListener("online", deliverAll);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && deliverAll());
setInterval(() => document.visibilityState === "visible" && state === "kept" && deliverAll(), AGAIN);
box.addEventListener("click", ({ target }) => {
  if (target.closest("[data-send]")) deliverAll();
  if (target.closest("[data-discard]")) discard();
});

try {
  begin();
} catch {
  // no memory on this device: the page works without
}
