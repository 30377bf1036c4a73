  // Leaving in a hurry, after which Back finds nothing
  const exit = one(".exit")
  exit.onclick = event => {
    const leave = () => location.replace(exit.href)
    event.preventDefault()
    form.reset()
    document.body.textContent = ""
    onpopstate = leave
    setTimeout(leave, depth() && 300)
    if (depth()) history.go(-depth())
  }
