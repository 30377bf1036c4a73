// The preview's own page: asks a few times a second what there is to show, and loads the form anew when it has changed.
"use strict";
(function () {
  const byId = (id) => document.getElementById(id);
  const frame = byId("form"), panel = byId("panel"), gone = byId("gone"), sample = byId("sample");
  const EVERY = 400; // milliseconds
  let shown = JSON.parse(byId("state").textContent);
  let language = document.querySelector("[data-lang]").dataset.lang;

  function load() {
    frame.src = shown.address ? shown.address + "?lang=" + language : "about:blank";
  }

  function show(state) {
    const other = state.form !== shown.form || state.address !== shown.address;
    if (state.number !== shown.number) {
      panel.innerHTML = state.panel; // written by our own templates, which escape what stands in the file
      document.title = (state.problems ? "(" + state.problems + ") " : "") + title;
    }
    shown = state;
    sample.hidden = !state.sample;
    if (other) load();
  }

  async function get(name, method) {
    try {
      show(await (await fetch("/-/" + name, { method, cache: "no-store" })).json());
      gone.hidden = true;
    } catch (_) {
      gone.hidden = false;
    }
  }

  async function ask() {
    if (!document.hidden) await get("state", "GET");
    setTimeout(ask, EVERY);
  }

  function press(button) {
    for (const one of button.parentNode.children) one.setAttribute("aria-pressed", one === button);
  }

  const title = document.title;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("lang" in button.dataset) { language = button.dataset.lang; press(button); load(); }
    if ("width" in button.dataset) { frame.style.width = button.dataset.width ? button.dataset.width + "px" : "100%"; press(button); }
    if (button.id === "again") load();
    if (button.id === "sample") get("sample", "POST");
  });
  sample.hidden = !shown.sample;
  load();
  ask();
})();
