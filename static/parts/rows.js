  // Adding and removing entries without asking the site; their fields are numbered anew, as the site counts them.
  const less = "[name=_less],[data-n=_less]"
  const numbered = ["name", "data-n", "id", "for", "aria-describedby", "aria-controls", "value"]
  const renumber = at => {
    const list = all(".entry", at), add = one("[data-max]", at)
    list.forEach((entry, i) => {
      const old = RegExp(`\\b(${at.dataset.q})-\\d+\\b`)
      for (const each of all("*", entry)) for (const key of numbered) {
        const text = key != "value" || each.matches("button") ? each.getAttribute(key) : ""
        if (text) each.setAttribute(key, text.split(" ").map(word => word.replace(old, "$1-" + i)).join(" "))
      }
    })
    add.hidden = list.length >= add.dataset.max
    settle()
  }
  ties.push(({ q, at }) => {
    if (q.t != "repeat" || "rc" in q) return
    for (const button of all(less, at).concat(all(less, one("template", at).content))) button.setAttribute("type", "button")
  })
  clicks.push(button => {
    const at = button.dataset.max ? button.parentNode : button.matches(less) && button.closest(".entries").parentNode
    if (!at) return
    const entry = button.closest(".entry")
    if (entry) {
      if (!entry.blank && !confirm(words.remove)) return
      entry.remove()
      renumber(at)
      one("#say").textContent = words.removed
      one("[data-max]", at).focus()
    } else {
      more(at)
      renumber(at)
      reach(one(".entry:last-child", at))
    }
  })
