  // Entries of a repeat. As many as its count says; those beyond it are put away, not forgotten.
  const more = at => {
    const list = one(".entries", at)
    list.insertAdjacentHTML("beforeend", one("template", at).innerHTML.replace(/__n__/g, list.children.length))
  }
  const entries = at => all(".entry", at).filter(entry => !entry.disabled)
  ties.push(node => node.needs.push(...waits(node.q.rc)))
  kinds.repeat = node => {
    const { q, at, scope } = node
    if ("rc" in q) {
      const count = Math.min(evaluate(q.rc, scope, context) || 0, 50)
      while (all(".entry", at).length < count) more(at)
      all(".entry", at).forEach((entry, i) => { entry.hidden = entry.disabled = i >= count })
    }
    const rows = entries(at).map((entry, i) => {
      if (!entry.scope) {
        entry.scope = Object.create(values)
        entry.nodes = logic.q.filter(inner => inner.in == q.n).map(inner => Object.assign(tie(inner, one(`[data-q="${inner.n}"]`, entry), entry.scope), { stale: 1 }))
      }
      entry.scope[".."] = i + 1
      return entry
    })
    node.entries = rows.map(entry => entry.nodes)
    return rows.map(entry => entry.scope)
  }
  clicks.push(button => {
    if (button.name != "_more") return
    const at = button.closest(".q")
    more(at)
    settle()
    reach(one(".entry:last-child", at))
  })
  all("[name=_more]").forEach(button => { button.type = "button" })
