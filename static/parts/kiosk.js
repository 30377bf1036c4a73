  // A kiosk forgets each person: untouched for a minute it counts down and is emptied, and going back finds an empty form.
  history.replaceState(null, "") // also makes a page that answers a POST one that is asked for anew
  const anew = () => {
    form.reset()
    location.replace(location.pathname + location.search)
  }
  const hush = add(document.body, "dialog", "", { id: "hush" }), [ask, left, stay] = ["h2", "p", "button"].map(tag => add(hush, tag, ""))
  const spoken10 = add(hush, "p", "", { className: "vh" })
  let since = Date.now(), begun = one(".err"), told
  hush.setAttribute("aria-labelledby", ask.id = "hush-title")
  left.setAttribute("aria-hidden", true)
  spoken10.setAttribute("role", "alert")
  ask.textContent = words.still
  stay.textContent = words.stay
  Object.assign(stay, { type: "button", className: "go" })
  const touch = event => {
    since = Date.now()
    begun = 1
    if (hush.open && event.type != "pointerdown") hush.close()
  }
  for (const kind of ["pointerdown", "click", "keydown", "input", "wheel"]) addEventListener(kind, touch, { capture: true, passive: true })
  setInterval(() => {
    const gone = (Date.now() - since) / 1000 | 0, rest = 70 - gone
    if (!form.isConnected) {
      told = told || Date.now()
      if (Date.now() - told > 12e3) anew()
    } else if (begun && rest < 1) anew()
    else if (begun && rest <= 10) {
      if (!hush.open) {
        hush.showModal()
        spoken10.textContent = words.empties.replace("{n}", rest)
      }
      left.textContent = words.empties.replace("{n}", rest)
    }
  }, 500)
  addEventListener("pageshow", event => { if (event.persisted) anew() })
