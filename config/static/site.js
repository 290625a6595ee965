// Comfort only: every page works without this file.
"use strict";

const numberIn = (input) => Number.parseInt(input.value, 10) || 0;

function showSteppers(root) {
  for (const stepper of root.querySelectorAll(".stepper")) {
    for (const button of stepper.querySelectorAll("button")) button.hidden = false;
    dimMinus(stepper);
  }
}

function dimMinus(stepper) {
  const input = stepper.querySelector("input");
  const lowest = Number(input.min) || 0;
  stepper.querySelector('[data-by="-1"]').disabled = numberIn(input) <= lowest;
}

function step(button) {
  const stepper = button.closest(".stepper");
  const input = stepper.querySelector("input");
  const next = numberIn(input) + Number(button.dataset.by) * Number(stepper.dataset.step);
  input.value = Math.max(Number(input.min) || 0, next);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

// <div data-sum="f m d unknown" data-booked="24" data-fewer="… %s" data-more="… %s" data-same="…">
function addUp(form) {
  for (const box of form.querySelectorAll("[data-sum]")) {
    const fields = box.dataset.sum.split(" ").map((name) => form.elements[name]);
    const sum = fields.reduce((total, field) => total + numberIn(field), 0);
    const over = sum - Number(box.dataset.booked);
    const { fewer, more, same } = box.dataset;
    write(box, "[data-total]", sum);
    write(box, "[data-difference]", (over < 0 ? fewer : over > 0 ? more : same).replace("%s", Math.abs(over)));
    for (const button of form.querySelectorAll("[data-save]")) {
      button.textContent = button.dataset.save.replace("%s", sum);
      button.classList.add("main");
    }
  }
}

function write(box, selector, text) {
  const place = box.querySelector(selector);
  if (place) place.textContent = text;
}

// A second tap on the same button sends nothing; the server would recognise it anyway by the hidden key.
function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
}

function ready(root) {
  showSteppers(root);
  for (const button of root.querySelectorAll("[data-save].main")) addUp(button.form);
  (root.querySelector(".error-summary") ?? root.querySelector("[aria-invalid=true]"))?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".stepper button");
  if (button) step(button);
});

document.addEventListener("input", ({ target }) => {
  const stepper = target.closest(".stepper");
  if (stepper) dimMinus(stepper);
  if (target.form) addUp(target.form);
});

document.addEventListener("submit", sendOnce);

// Back brings a page as it was left: its forms may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});

document.addEventListener("htmx:load", ({ target }) => ready(target));

// What cannot be put into the page is sent like any form: the answer is a page that says why, and what to do.
for (const failure of ["htmx:responseError", "htmx:sendError"])
  document.addEventListener(failure, ({ detail }) => {
    if (detail.elt.method === "post") detail.elt.submit();
  });
