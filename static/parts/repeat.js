  // Entries of a repeat. As many as its count says, those beyond it put away, not forgotten; else those with anything in them.
  const more = at => {
    const list = one(".entries", at)
    list.insertAdjacentHTML("beforeend", one("template", at).innerHTML.replace(/__n__/g, list.children.length))
  }
  const isBlank = ({ inputs }) => inputs.every(control => /radio|checkbox/.test(control.type) ? !control.checked : !control.value.trim())
  ties.push(({ q, at, needs }) => {
    if (q.t != "repeat") return
    needs.push(...waits(q.rc))
    at.lastElementChild.type = "button"
  })
  kinds.repeat = node => {
    const { q, at, scope } = node
    if ("rc" in q) {
      const count = Math.min(evaluate(q.rc, scope, context) || 0, 50)
      while (all(".entry", at).length < count) more(at)
      all(".entry", at).forEach((entry, i) => { entry.hidden = entry.disabled = i >= count })
    }
    const shown = all(".entry", at).filter(entry => !entry.disabled)
    let filled = 0
    node.entries = shown.map(entry => {
      if (!entry.nodes) {
        entry.scope = Object.create(values)
        entry.nodes = logic.q.filter(inner => inner.in == q.n).map(inner => Object.assign(tie(inner, one(`[data-q="${inner.n}"]`, entry), entry.scope), { up: node, row: entry, stale: 1 }))
      }
      entry.blank = !("rc" in q) && entry.nodes.every(isBlank)
      if (!entry.blank) filled++
      const place = filled + entry.blank
      if (entry.scope[".."] != place) {
        entry.scope[".."] = place
        changed.add("..")
      }
      return entry.nodes
    })
    return shown.filter(entry => !entry.blank).map(entry => entry.scope)
  }
