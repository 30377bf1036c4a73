  // The place, asked of the phone by a tap and never by itself
  ties.push(({ at }) => {
    const button = at && at.lastElementChild
    if (button && "locate" in button.dataset) button.hidden = !navigator.geolocation
  })
  clicks.push(button => {
    if (!("locate" in button.dataset)) return
    const at = button.parentNode, input = one(controls, at), say = one("#say"), text = button.textContent
    button.disabled = true
    say.textContent = button.textContent = words.locating
    const done = told => {
      button.disabled = false
      button.textContent = text
      say.textContent = told
      button.focus()
    }
    navigator.geolocation.getCurrentPosition(({ coords: { latitude, longitude, altitude, accuracy } }) => {
      input.value = [latitude, longitude, altitude, accuracy].map(number => +(number || 0).toFixed(6)).join(" ")
      input.dispatchEvent(new Event("input", { bubbles: true }))
      done(words.located.replace("{n}", Math.round(accuracy)))
    }, () => {
      done(words.lost)
      mark(at, words.lost)
    }, { enableHighAccuracy: true, timeout: 2e4 })
  })
