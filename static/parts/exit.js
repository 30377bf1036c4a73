  // Leaving in a hurry, after which Back finds nothing, and no ticket tells that somebody comes to an event
  const exit = one(".exit")
  exit.onclick = event => {
    const leave = () => location.replace(exit.href)
    event.preventDefault()
    form.reset()
    document.body.textContent = ""
    window.caches && caches.delete("peksos-tickets")
    onpopstate = leave
    setTimeout(leave, depth() && 300)
    if (depth()) history.go(-depth())
  }
