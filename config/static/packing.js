// What is packed for the next visit, ticked off on this device; of earlier visits nothing is kept.
"use strict";

const PACKED = "packed";
const list = document.querySelector("[data-packing]");
const things = [...list.querySelectorAll("input")];

function show() {
  const done = things.filter((thing) => thing.checked);
  document.querySelector("[data-packed]").textContent = `${done.length} / ${things.length}`;
  return done.map((thing) => thing.value);
}

function remember() {
  try {
    localStorage.setItem(PACKED, JSON.stringify({ slot: list.dataset.packing, done: show() }));
  } catch {
    // no memory on this device: the ticks last as long as the page
  }
}

try {
  const { slot, done } = JSON.parse(localStorage.getItem(PACKED) ?? "{}");
  for (const thing of things) thing.checked = slot === list.dataset.packing && done.includes(thing.value);
} catch {
  // nothing that can be read
}
show();
list.addEventListener("change", remember);
