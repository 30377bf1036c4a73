  // Whoever cannot send this form yet is told at once, and nothing leads on; the site refuses it in any case.
  const held = one("#q-_held")
  if (held) {
    late.push(() => form.classList.toggle("held", !held.hidden))
    form.addEventListener("submit", event => {
      if (held.hidden) return
      event.preventDefault()
      event.stopImmediatePropagation()
    }, true)
  }
