// What was typed into the page, by name, as a browser would send it: the names of sealed pages stand in data-n.
export const typed = (form) => {
  const posted = {};
  for (const control of form.querySelectorAll("input,select,textarea")) {
    const name = control.dataset.n || control.name;
    const off = /radio|checkbox/.test(control.type) && !control.checked;
    if (!name || off || control.matches(":disabled")) continue;
    (posted[name] = posted[name] || []).push(control.value);
  }
  return posted;
};

// A page that was sent keeps nothing: whoever comes after must not find it by going back.
export const forget = (form) => {
  for (const control of form.querySelectorAll("input,select,textarea")) {
    control.checked = false;
    control.value = "";
  }
  form.reset();
};

// The steps of a filling are entries of the history, and the browser keeps with each what was typed then, to fill it in again
// after Back. So what comes after takes the place of the first step: resolves once that one is the present one.
export const rewind = () =>
  new Promise((resolve) => {
    const { depth = 0 } = history.state || {};
    window.onpopstate = resolve;
    setTimeout(resolve, depth && 300);
    if (depth) history.go(-depth);
  }).then(() => {
    window.onpopstate = null;
  });
