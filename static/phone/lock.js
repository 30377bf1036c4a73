// A sealed form that nobody touches for two minutes hides itself; the answers stay in memory. A number chosen before opens it
// again; five wrong ones erase what was typed. Whoever chose none opens it with a tap.
const IDLE = 120000;
const TRIES = 5;

const add = (parent, tag, more) => parent.appendChild(Object.assign(document.createElement(tag), more));

const curtain = (texts, pin, open, erase) => {
  const cover = document.createElement("dialog");
  cover.id = "lock";
  cover.setAttribute("aria-label", texts.locked);
  add(cover, "h2", { textContent: texts.locked });
  add(cover, "p", { textContent: texts.lock_hint });
  const field = pin && add(cover, "input", { inputMode: "numeric", type: "password", autocomplete: "off" });
  if (field) field.setAttribute("aria-label", texts.pin);
  const wrong = add(cover, "p", { className: "msg" });
  wrong.setAttribute("role", "alert");
  let tries = 0;
  add(cover, "button", { type: "button", className: "go", textContent: texts.unlock }).onclick = () => {
    if (!pin || field.value === pin) return open(cover);
    field.value = "";
    wrong.textContent = texts.unlock_wrong;
    tries += 1;
    return tries < TRIES ? field.focus() : erase();
  };
  cover.addEventListener("cancel", (event) => event.preventDefault());
  return cover;
};

const addPin = (form, texts) => {
  const intro = form.querySelector(".intro");
  const label = add(intro, "label", { className: "t", textContent: texts.pin });
  const pin = add(label, "input", { id: "pin", className: "short", inputMode: "numeric", type: "password", autocomplete: "off", maxLength: 8 });
  add(intro, "p", { className: "hint", id: "h-pin", textContent: texts.pin_hint });
  pin.setAttribute("aria-describedby", "h-pin");
  return pin;
};

export const guard = (form, kit) => {
  let timer;
  let cover;
  kit().then(
    ({ texts }) => {
      const pin = addPin(form, texts);
      const erase = () => {
        form.reset();
        document.body.textContent = "";
        location.replace("/keluar");
      };
      const open = (old) => {
        old.remove();
        cover = null;
        document.body.classList.remove("locked");
        wait();
      };
      const lock = () => {
        if (cover || !document.contains(form)) return;
        const help = document.getElementById("help");
        if (help && help.open) help.close();
        cover = curtain(texts, pin.value, open, erase);
        document.body.append(cover);
        document.body.classList.add("locked");
        cover.showModal ? cover.showModal() : cover.setAttribute("open", "");
      };
      const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(lock, IDLE);
      };
      for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, () => cover || wait(), true);
      let hidden = 0;
      document.addEventListener("visibilitychange", () => {
        if (document.hidden) hidden = Date.now();
        else if (hidden && Date.now() - hidden > IDLE) lock();
      });
      wait();
    },
    () => 0,
  );
};
