  // Choices that an earlier answer rules out are not offered, and what was picked of them is picked no more.
  ties.push(node => {
    const { q, inputs: [control], inputs } = node
    if (q.t != "filtered") return
    node.needs.push(...waits(q.f))
    node.choices = control.options ? [...control.options].slice(1) : inputs
  })
  kinds.filtered = node => {
    const { q, at, scope, choices, inputs: [control] } = node, columns = (logic.c || {})[q.l] || {}
    const right = choices.filter((choice, i) => {
      const own = Object.assign(Object.create(scope), { "@name": choice.value })
      for (const name in columns) own[name] = columns[name][i]
      return applies(q.f, own)
    })
    if (right.map(choice => choice.value).join(" ") != node.right) {
      node.right = right.map(choice => choice.value).join(" ")
      if (control.options) {
        for (const choice of choices) if (!right.includes(choice)) choice.remove()
        control.append(...right)
      } else for (const choice of choices) {
        const out = choice.disabled = choice.parentNode.hidden = !right.includes(choice)
        if (out) choice.checked = false
      }
      const told = one(".nothing", at), place = control.options ? control : control.closest(".pick,.freq")
      if (told) told.remove()
      if (!right.length) place.after(add(at, "p", words.nothing, { className: "hint nothing" }))
    }
    return read(node)
  }
