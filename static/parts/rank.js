  // Putting in order with buttons. The lists of the plain page stay, hidden, and hold the answer.
  kinds.rank = ({ inputs }) => {
    const picked = inputs.map(each => each.value).filter(Boolean)
    return picked.length ? picked : null
  }
  ties.push(node => {
    const { q, at, inputs } = node
    if (q.t != "rank") return
    const plain = one(".rank", at), list = add(at.firstElementChild, "ol", "", { className: "order" })
    const picked = () => [...new Set(inputs.map(each => each.value).filter(Boolean))], answered = () => picked().length == inputs.length
    const toggle = add(at.firstElementChild, "button", "", { type: "button", className: "back" })
    const show = () => {
      list.classList.toggle("set", answered())
      toggle.textContent = answered() ? words.unorder : words.order
      all("li", list).forEach((item, i, { length }) => {
        const [up, down] = all("button", item)
        up.disabled = !i
        down.disabled = i == length - 1
      })
    }
    const set = names => {
      inputs.forEach((each, i) => { each.value = names[i] || "" })
      show()
      inputs[0].dispatchEvent(new Event("input", { bubbles: true }))
    }
    const order = () => all("li", list).map(item => item.dataset.name)
    const move = (item, by, button) => {
      by < 0 ? item.previousElementSibling.before(item) : item.nextElementSibling.after(item)
      set(order())
      button.disabled ? all("button", item).find(each => !each.disabled).focus() : button.focus()
      const place = order().indexOf(item.dataset.name) + 1
      one("#say").textContent = words.place.replace("{label}", one("span", item).textContent).replace("{n}", place).replace("{m}", inputs.length)
    }
    const options = [...inputs[0].options].slice(1)
    for (const name of new Set([...picked(), ...options.map(each => each.value)])) {
      const item = add(list, "li"), { text } = options.find(each => each.value == name)
      item.dataset.name = name
      add(item, "span", text)
      for (const [by, sign, says] of [[-1, "↑", words.up], [1, "↓", words.down]]) {
        add(item, "button", sign, { type: "button", onclick: event => move(item, by, event.target) }).setAttribute("aria-label", `${says}: ${text}`)
      }
    }
    if (!answered()) inputs.forEach(each => { each.value = "" })
    toggle.onclick = () => set(answered() ? [] : order())
    plain.hidden = true
    show()
  })
