// A kiosk's receipt and help give way to the empty form, and it takes their place: going back does not show them again.
// Each touch gives the whole time anew.
const next = document.querySelector("[data-turn]")
const go = () => location.replace(next.href)
let timer
const wait = () => {
  clearTimeout(timer)
  timer = setTimeout(go, next.dataset.seconds * 1000)
}
next.onclick = event => {
  event.preventDefault()
  go()
}
for (const kind of ["pointerdown", "keydown", "wheel"]) addEventListener(kind, wait, { passive: true })
addEventListener("pageshow", event => event.persisted ? go() : wait())
