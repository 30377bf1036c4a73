// "Kirim dulu, lanjut nanti": what stands in the form now is sealed and sent at once, and later fillings are linked to it.
import { showReceipt } from "./submission.js";

let before = "";

const add = (parent, tag, more) => parent.appendChild(Object.assign(document.createElement(tag), more));

// The receipt code of what was sent before: from this page, or typed by whoever comes back to add something.
export const followed = () => {
  const field = document.getElementById("follows");
  return before || (field ? field.value.replace(/\D/g, "") : "");
};

const tell = (form, texts, receipt) => {
  const old = document.getElementById("sent-first");
  if (old) old.remove();
  const slip = add(form, "p", { id: "sent-first", className: "note" });
  slip.setAttribute("role", "status");
  slip.textContent = texts.first_done.replace("{code}", showReceipt(receipt));
  form.querySelector(".foot").before(slip);
};

// Put the button below each step, and the field for an earlier code into the first one.
export const addFirst = (form, { texts }, send) => {
  const foot = form.querySelector(".foot");
  const button = add(foot, "button", { type: "button", id: "first", className: "link", textContent: texts.first });
  button.title = texts.first_hint;
  const place = form.querySelector(".page .q");
  if (place) {
    const box = document.createElement("details");
    add(box, "summary", { textContent: texts.follows });
    add(box, "input", { id: "follows", inputMode: "numeric", autocomplete: "off", maxLength: 12 }).setAttribute("aria-label", texts.follows);
    place.parentNode.append(box);
  }
  button.onclick = async () => {
    button.disabled = true;
    const done = await send();
    button.disabled = false;
    if (!done || !done.receipt) return;
    before = done.receipt;
    tell(form, texts, before);
  };
};
