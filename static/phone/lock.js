// A sealed form that nobody touches for two minutes hides itself; the answers stay in memory. A number chosen before opens it
// again; five wrong ones erase what was typed. Whoever chose none opens it with a tap.
const IDLE = 120000;
const TRIES = 5;

const add = (parent, tag, more) => parent.appendChild(Object.assign(document.createElement(tag), more));
const number = (parent, label) => {
  const around = add(parent, "label", { className: "t", textContent: label });
  const field = add(around, "input", { inputMode: "numeric", type: "text", autocomplete: "off", maxLength: 8 });
  field.style.webkitTextSecurity = "disc"; // a password field would be offered to the phone's list of passwords
  return field;
};
const veil = (on) => {
  document.querySelector("main").style.visibility = on ? "hidden" : "";
};

const curtain = (title) => {
  const cover = document.body.appendChild(document.createElement("dialog"));
  const head = add(cover, "h2", { id: "lock-title", textContent: title });
  cover.setAttribute("aria-labelledby", head.id);
  cover.show = () => (cover.showModal ? cover.showModal() : cover.setAttribute("open", ""));
  return cover;
};

class Lock {
  constructor(texts, form) {
    Object.assign(this, { texts, form, pin: "", cover: null, tries: 0 });
  }

  // Whoever presses "Kunci" may choose the number first.
  choose() {
    const { texts } = this;
    const cover = (this.cover = curtain(texts.lock));
    const field = number(cover, texts.pin);
    field.value = this.pin;
    add(cover, "p", { className: "hint", textContent: texts.pin_hint });
    add(cover, "button", { type: "button", className: "go", textContent: texts.lock }).onclick = () => {
      this.pin = field.value;
      this.open();
      this.close();
    };
    cover.oncancel = () => this.open();
    cover.show();
  }

  close() {
    if (this.cover || !document.contains(this.form)) return;
    const { texts } = this;
    document.querySelectorAll("dialog[open]").forEach((one) => one.close());
    const cover = (this.cover = curtain(texts.locked));
    cover.id = "lock";
    add(cover, "p", { textContent: texts.lock_hint });
    const field = this.pin ? number(cover, texts.pin_ask) : null;
    const wrong = add(cover, "p", { className: "msg" });
    wrong.setAttribute("role", "alert");
    add(cover, "button", { type: "button", className: "go", textContent: texts.unlock }).onclick = () => this.try(field, wrong);
    cover.append(document.querySelector("#help .calls").cloneNode(true));
    cover.oncancel = (event) => event.preventDefault();
    veil(true);
    cover.show();
  }

  try(field, wrong) {
    if (!field || field.value === this.pin) return this.open();
    this.tries += 1;
    if (this.tries >= TRIES) return this.erase();
    field.value = "";
    wrong.textContent = this.texts.unlock_wrong;
    return field.focus();
  }

  open() {
    this.cover.remove();
    this.cover = null;
    this.tries = 0;
    veil(false);
    this.wait();
  }

  erase() {
    this.form.reset();
    document.body.textContent = "";
    location.replace("/keluar");
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.close(), IDLE);
  }
}

// Watch over a form from now on; returns what locks it at once.
export const guard = (form, texts) => {
  const lock = new Lock(texts, form);
  for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, () => lock.cover || lock.wait(), true);
  let hidden = 0;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hidden = Date.now();
    else if (hidden && Date.now() - hidden > IDLE) lock.close();
  });
  lock.wait();
  return () => lock.choose();
};
