// "Kirim dulu, lanjut nanti": what stands in the form now is sealed and sent at once, and later fillings are linked to it.
import { showReceipt } from "./submission.js";

let before = "";

const add = (parent, tag, more) => parent.appendChild(Object.assign(document.createElement(tag), more));

// The receipt code of what was sent before: from this page, or typed by whoever comes back to add something.
export const followed = () => {
  const field = document.getElementById("follows");
  const typed = field ? field.value.replace(/\D/g, "") : "";
  return before || (typed.length === 10 ? typed : "");
};

const tell = (form, text) => {
  const foot = form.querySelector(".foot");
  const slip = document.getElementById("sent-first") || Object.assign(document.createElement("p"), { id: "sent-first", className: "where" });
  slip.setAttribute("role", "status");
  foot.prepend(slip);
  slip.textContent = text;
};

// Put the field for an earlier code at the end of the first step; returns what the button below each step does.
export const addFirst = (form, texts, send) => {
  const box = add(form.querySelector(".page"), "details", {});
  add(box, "summary", { textContent: texts.follows });
  add(box, "input", { id: "follows", inputMode: "numeric", autocomplete: "off", maxLength: 12 }).setAttribute("aria-label", texts.follows);
  const button = document.getElementById("first");
  return async () => {
    button.disabled = true;
    const done = await send();
    button.disabled = false;
    if (!done) return;
    before = done.receipt;
    tell(form, done.received ? texts.first_done.replace("{code}", showReceipt(before)) : texts.first_waits);
  };
};
