  // Searching a long list on the phone. It is fetched once, when the person comes to the field; until then, and where it
  // cannot be fetched, the search of the plain page stands, which asks the site.
  const lists = {}, most = 50
  const fold = text => text.toLowerCase().normalize("NFD").replace(/[^\p{L}\p{N}]/gu, "")
  const fetched = url => lists[url] = lists[url] || fetch(url).then(answer => answer.ok ? answer.json() : Promise.reject()).then(list => {
    list.folded = list.label.map(fold)
    return list
  })
  // What passes the filter with the answers so far; worked out again when one of these changes, not with every letter.
  const passing = ({ q, scope, list }) => {
    const columns = Object.keys(list).filter(column => column[0] == "@"), own = Object.create(scope)
    return list.label.map((_, i) => i).filter(i => {
      for (const column of columns) own[column] = list[column][i]
      return applies(q.f, own)
    })
  }
  kinds.search = node => {
    const { list, held } = node
    if (list && (!node.right || touched(node.needs))) {
      node.right = passing(node)
      if (held.value && !node.right.some(i => list["@name"][i] == held.value)) node.take("", "")
    }
    return held.value || null
  }
  ties.push(node => {
    const { q, at, scope } = node
    if (q.t != "search") return
    const input = one("[type=search]", at), button = one(".find button", at), held = one("[type=hidden]", at), found = one(".found", at)
    const list = add(at, "ul", "", { id: input.id.replace("f", "l"), className: "offers", hidden: true }), told = add(at, "p", "", { className: "hint" })
    let active = -1
    node.needs.push(...waits(q.f))
    node.held = held
    node.inputs = [input]
    told.setAttribute("role", "status")
    list.setAttribute("role", "listbox")
    list.setAttribute("aria-label", title(at))
    for (const [key, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", false], ["aria-controls", list.id]]) input.setAttribute(key, value)
    button.type = "button"

    const judge = () => input.setCustomValidity(input.value.trim() && !held.value ? words.pick : "")
    const close = () => {
      list.hidden = true
      list.textContent = told.textContent = ""
      active = -1
      input.setAttribute("aria-expanded", false)
      input.removeAttribute("aria-activedescendant")
    }
    node.take = (value, text) => {
      held.value = value
      input.value = text
      logic.l = logic.l || {}
      logic.l[q.n] = Object.assign(logic.l[q.n] || {}, { [value]: text })
      judge()
      close()
    }
    const pick = i => {
      node.take(node.list["@name"][i], node.list.label[i])
      input.dispatchEvent(new Event("input", { bubbles: true }))
    }
    const search = () => {
      const parts = held.value ? [] : input.value.split(/\s+/).map(fold).filter(Boolean), fits = []
      for (const i of node.right) {
        if (fits.length <= most && parts.every(part => node.list.folded[i].includes(part))) fits.push(i)
      }
      close()
      fits.slice(0, most).forEach((i, place) => {
        add(list, "li", node.list.label[i], { id: `${list.id}-${place}`, onclick: () => pick(i), onmousedown: event => event.preventDefault() }).setAttribute("role", "option")
      })
      list.hidden = !fits.length
      input.setAttribute("aria-expanded", !!fits.length)
      told.textContent = fits.length > most ? words.rest : fits.length ? words.count.replace("{n}", fits.length) : words.none
    }
    const open = () => {
      if (node.list) return search()
      told.textContent = words.loading
      fetched(at.dataset.list).then(list => {
        node.list = list
        input.removeAttribute("name")
        button.className = "back nj"
        told.textContent = ""
        settle(node)
        if (document.activeElement == input) search()
      }, () => {
        lists[at.dataset.list] = 0
        if (held.name) input.name = "_find-" + held.name
        button.className = "back"
        told.textContent = words.fetch
        input.setCustomValidity("")
      })
    }
    const step = by => {
      const items = all("li", list)
      if (!items.length) return
      active = (active + by + items.length + (by < 0 && active < 0)) % items.length
      items.forEach((item, i) => item.setAttribute("aria-selected", i == active))
      items[active].scrollIntoView({ block: "nearest" })
      input.setAttribute("aria-activedescendant", items[active].id)
    }
    input.addEventListener("focus", () => {
      at.scrollIntoView({ block: "start" }) // what is offered stands above the phone's keyboard
      open()
    })
    input.addEventListener("input", event => {
      if (!event.isTrusted) return
      held.value = ""
      judge()
      if (node.list) search()
    })
    input.addEventListener("blur", close)
    input.addEventListener("keydown", event => {
      const { key } = event, items = all("li", list), choice = items[active] || (items.length == 1 && items[0])
      if (key == "ArrowDown" || key == "ArrowUp") list.hidden ? open() : step(key == "ArrowDown" ? 1 : -1)
      else if (key == "Enter" && !list.hidden) choice && choice.click()
      else if (key == "Escape" && !list.hidden) close()
      else return
      event.preventDefault()
    })
    // Where the list could not be fetched the site searches; the page comes back with everything that was typed.
    button.onclick = () => {
      if (sealed) return open()
      add(form, "input", "", { type: "hidden", name: "_more", value: button.value })
      form.submit()
    }
    // What the site found stays to be tapped until the list is here; what was picked there is the answer.
    if (found) for (const choice of all("input", found)) {
      const text = choice.nextSibling.textContent
      const use = () => {
        node.take(choice.value, text)
        found.hidden = true
      }
      choice.removeAttribute("name")
      choice.onclick = () => {
        use()
        input.dispatchEvent(new Event("input", { bubbles: true }))
      }
      if (choice.checked) use()
    }
    addEventListener("pageshow", judge)
  })
