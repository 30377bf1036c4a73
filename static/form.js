// Folds a form page into steps and helps to fill it in. It adopts what was typed before it ran; the server never trusts it.
// Only the question that was touched is read again, and only what waits for its answer is worked out again.
// What few forms need stands in static/parts, and takes the place of the line "parts" in the pages of these forms.
(() => {
  const one = (selector, from = document) => from.querySelector(selector)
  const all = (selector, from = document) => [...from.querySelectorAll(selector)]
  const json = selector => JSON.parse(one(selector).textContent)
  const add = (parent, tag, text, more) => parent.appendChild(Object.assign(document.createElement(tag), { textContent: text }, more))
  const { evaluate, holds } = peksosExpressions
  const words = json("#words"), logic = json("#logic"), values = logic.v
  const root = document.documentElement, form = one("#form"), problems = one("#problems"), help = one("#help")
  const [back, next, send] = all(".foot button"), label = send.textContent
  const pages = all(".page"), check = pages[pages.length - 1]
  const controls = "input:not([name^=_]):not([data-n^=_]),select,textarea", { dataset } = form, sealed = "sealed" in dataset
  const kinds = { group: () => true }, tellers = {}, ties = [], late = [], clicks = [], changed = new Set()
  let context = {}, steps = [], here = pages[0], fresh, moved, seed, stood, sending, changing

  const applies = (tree, scope) => tree == null || tree === true || holds(tree, scope, context)
  const waits = (...trees) => trees.flat(1 / 0).filter(Boolean)
  const touched = needs => fresh || needs.some(need => changed.has(need))

  // One node for each question, and in a repeat for each entry: its box and controls, the values around it, what it waits for.
  const tie = (q, at, scope) => {
    const node = { q, at, scope, needs: waits(q.u, q.r, q.k), page: at && at.closest(".page"), inputs: at && !one(".q", at) ? all(controls, at) : [] }
    if (at) at.node = node
    ties.forEach(each => each(node))
    return node
  }
  const read = ({ at, inputs, inputs: [control] }) => {
    if (!control || !control.validity.valid) return null
    const picked = inputs.filter(input => input.checked).map(input => input.value)
    if (control.type == "checkbox") return one("legend", at) ? picked.length ? picked : null : picked.length ? true : null
    return (control.type == "radio" ? picked[0] : control.value.trim()) || null
  }
  // What is not relevant has no value.
  const work = node => {
    const { q, at, scope } = node, on = (!q.u || !!scope[q.u]) && applies(q.r, scope)
    if (node.on != on) {
      node.on = on
      moved = 1
      if (at) {
        at.hidden = !on
        at.classList.remove("off")
      }
    }
    const value = on ? "k" in q ? evaluate(q.k, scope, context) : (kinds[q.t] || read)(node) : null
    node.stale = 0
    if (JSON.stringify(value) == JSON.stringify(scope[q.n])) return
    scope[q.n] = value
    changed.add(q.in || q.n).add(q.n)
  }
  const pass = nodes => {
    for (const node of nodes) {
      if (node.stale || touched(node.needs)) work(node)
      if (node.on && node.entries) node.entries.forEach(pass)
    }
  }
  const settle = node => {
    const now = new Date(Date.now() + 252e5).toISOString().slice(0, 16)
    if (now != context.now) changed.add("now").add("day")
    context = { now, day: now.slice(0, 10), seed, labels: logic.l }
    if (!node) fresh = 1
    for (; node; node = node.up) node.stale = 1
    pass(nodes)
    if (moved) {
      steps = pages.filter(page => page == check ? pages.length > 2 : nodes.some(each => each.page == page && each.on && each.q.t != "group"))
      progress()
    }
    late.forEach(each => each())
    changed.clear()
    fresh = moved = 0
  }

  const progress = () => {
    const at = steps.indexOf(here), standing = at + "/" + steps.length
    if (stood == standing) return
    stood = standing
    one("#where").textContent = words.step.replace("{n}", at + 1).replace("{m}", steps.length)
    one("#steps").style.cssText = `--n:${steps.length};--k:${at + 1}`
    one(".progress").hidden = steps.length < 2
    back.hidden = at < 1
    next.hidden = at == steps.length - 1
    send.hidden = !next.hidden
  }
  const depth = () => (history.state || {}).depth || 0
  const known = state => steps.find(page => state && page == pages[state.at]) || steps[0]
  const show = page => {
    here = page
    pages.forEach(each => each.classList.toggle("on", each == page))
    root.classList.toggle("later", page != pages[0])
    if (page == check) recap()
    late.forEach(each => each())
    progress()
    scrollTo(0, 0)
  }
  const go = page => {
    show(page)
    history.pushState({ at: pages.indexOf(page), depth: depth() + 1 }, "")
    one("h2[tabindex]", page).focus({ preventScroll: true })
  }
  const forth = () => {
    if (!passes(here)) return
    go(changing ? check : steps[steps.indexOf(here) + 1])
    changing = 0
  }
  const reach = at => {
    const control = one("input:checked", at) || all("input,select,textarea,button", at).find(each => each.offsetParent) || at
    at.scrollIntoView({ block: "center" })
    control.focus({ preventScroll: true })
  }

  // Checking: the same three rules as the server, in its order.
  const asked = page => all(".q", page).map(at => at.node).filter(node => node && node.inputs.length && !(node.row && node.row.blank) && !node.at.closest("[hidden],:disabled"))
  const mistake = ({ q, scope, inputs: [{ validity, validationMessage }] }) => {
    const { required = words.required, constraint = words.wrong, range = constraint } = q.m || {}
    if (validity.customError) return validationMessage
    if (validity.rangeOverflow || validity.rangeUnderflow) return range
    if (!validity.valid) return constraint
    if (scope[q.n] == null) return q.q && applies(q.q, scope) ? required : ""
    return applies(q.c, scope) ? "" : constraint
  }
  const title = at => one("legend,.t,span", at).firstChild.textContent.trim()
  const field = at => one("fieldset[id]", at) || at.node.inputs[0]
  const describe = at => field(at).setAttribute("aria-describedby", all("[id^=h-],[id^=e-],[id^=w-]", at).map(each => each.id).join(" "))
  const mark = (at, text) => {
    const control = field(at), old = one(".msg", at), head = one("legend,.t", at)
    if (old) old.remove()
    if (text) {
      const message = add(at, "p", text, { id: control.id.replace("f", "e"), className: "msg" })
      head ? head.after(message) : at.prepend(message)
    }
    describe(at)
    control.setAttribute("aria-invalid", !!text)
    at.classList.toggle("err", !!text)
  }
  const complain = found => {
    const list = one("ul", problems)
    list.textContent = ""
    for (const [text, href] of found) add(add(list, "li"), href ? "a" : "b", text, { href })
    problems.hidden = !found.length
    if (found.length) problems.focus()
  }
  const passes = page => {
    const bad = []
    for (const node of asked(page)) {
      const { at } = node, text = mistake(node)
      mark(at, text)
      if (text) bad.push([`${title(at)}: ${text}`, "#" + field(at).id])
    }
    if (bad.length && page != here) go(page)
    complain(bad)
    return !bad.length
  }

  // Reading the answers back
  const answer = ({ at, inputs, inputs: [control] }) => {
    if (tellers[control.type]) return tellers[control.type](control)
    if (control.options) return inputs.filter(each => each.value).map(each => each.selectedOptions[0].text).join(", ")
    const picked = all("input:checked+span", at).map(each => each.textContent).join(", ")
    return control.type == "radio" || control.type == "checkbox" ? picked && !one("legend", at) ? words.yes : picked : control.value
  }
  const recap = () => {
    const list = one("dl", check)
    list.textContent = ""
    for (const page of steps) for (const node of asked(page)) {
      const { at, scope } = node, entry = at.closest(".entry"), row = add(list, "div")
      const name = (entry ? `${title(entry)} ${scope[".."]}: ` : "") + title(at), said = answer(node)
      add(row, "dt", name)
      add(row, "dd", said || words.empty, { className: said ? "" : "hint" })
      add(add(row, "dd"), "button", words.change, { type: "button", className: "link", onclick: () => { changing = 1; go(page); reach(at) } })
        .setAttribute("aria-label", `${words.change}: ${name}`)
    }
  }

  form.addEventListener("input", event => {
    const at = event.target.closest(".q")
    if (!at) return
    if (at.classList.contains("err")) mark(at, "")
    settle(at.node)
  })
  form.addEventListener("click", event => {
    const button = event.target.closest("button,a")
    if (!button) return
    if (problems.contains(button)) {
      const wrong = one(button.hash).closest(".q"), page = wrong.closest(".page")
      event.preventDefault()
      if (page != here) go(page)
      reach(wrong)
    } else if (button == back) depth() ? history.back() : go(steps[steps.indexOf(here) - 1])
    else if (button == next) forth()
    else clicks.forEach(each => each(button, event))
  })
  form.addEventListener("submit", event => {
    const last = here == steps[steps.length - 1]
    if (last && !sending && steps.every(page => page == check || passes(page))) {
      const alone = !phone.send && !sealed
      if (navigator.onLine || !alone) {
        sending = send.textContent = words.sending
        if (alone) return
        wake()
        phone.send ? phone.send() : phone.wanted = 1
      } else complain([[words.offline]])
    }
    event.preventDefault()
    if (!last) forth()
  })
  onpopstate = event => {
    complain([])
    show(known(event.state))
  }
  const rest = () => {
    sending = ""
    send.textContent = label
  }
  addEventListener("pageshow", () => {
    rest()
    settle()
  })
  // What seals, and waits for a line, comes with the first touch; what makes the next visit work without one, after all else.
  const phone = window.peksosPhone = { complain, rest }
  const wake = () => {
    if (dataset.phone && !phone.script) phone.script = add(document.head, "script", "", {
      src: dataset.phone,
      onerror: () => {
        phone.script = 0
        if (sending) complain([[words.offline]])
        rest()
      }
    })
  }
  // Not while the first letters are typed: a cheap phone does one thing at a time.
  for (const kind of ["pointerdown", "input"]) form.addEventListener(kind, () => setTimeout(wake, 2e3))
  addEventListener("load", () => setTimeout(() => navigator.serviceWorker && navigator.serviceWorker.register("/worker.js").catch(rest), 2e3))

  // A page that comes from a cache is a new filling: a nonce of its own, with the page's day in its first three signs.
  addEventListener("DOMContentLoaded", () => {
    const [visit] = performance.getEntriesByType("navigation"), nonce = one("#nonce")
    if (nonce && visit && (visit.workerStart || visit.type == "navigate" && !visit.transferSize)) {
      const signs = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18)))).replace(/\W/g, "_")
      nonce.value = nonce.value.slice(0, 3) + signs.slice(3)
    }
    seed = nonce && nonce.value
  })

  // Help without losing an answer
  if (help.showModal) {
    one("#ask").onclick = event => {
      event.preventDefault()
      help.showModal()
    }
    one("button", help).onclick = () => help.close()
  }

  // parts
  root.className = "js"
  form.noValidate = true
  const nodes = logic.q.filter(q => !q.in).map(q => tie(q, document.getElementById("q-" + q.n), values))
  settle()
  const wrong = one(".q.err,.q [autofocus]")
  show(wrong ? wrong.closest(".page") : known(history.state))
  if (wrong) (one("[autofocus]") || wrong).focus()
})()
