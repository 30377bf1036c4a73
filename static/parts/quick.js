  // A tap on the only question of a step goes on; the keyboard, which passes over answers, does not.
  let tapped
  form.addEventListener("pointerup", event => { tapped = event.target.closest("[data-quick]") })
  form.addEventListener("keydown", () => { tapped = 0 })
  form.addEventListener("change", event => {
    if (!tapped || !tapped.contains(event.target) || asked(here).length > 1 || here == steps[steps.length - 1]) return
    const from = here
    setTimeout(() => { if (here == from) forth() }, 200)
  })
