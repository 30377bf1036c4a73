// A kiosk's receipt gives way to the empty form, and takes its place: going back does not show it again.
const next = document.querySelector("#turn")
const go = () => location.replace(next.href)
next.onclick = event => {
  event.preventDefault()
  go()
}
setTimeout(go, next.dataset.seconds * 1000)
history.replaceState(null, "")
addEventListener("pageshow", event => { if (event.persisted) go() })
