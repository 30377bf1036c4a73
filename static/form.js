// Folds a form page into steps and helps to fill it in. It adopts what was typed before it ran; the server never trusts it.
(() => {
  const one = (selector, from = document) => from.querySelector(selector)
  const all = (selector, from = document) => [...from.querySelectorAll(selector)]
  const json = selector => JSON.parse(one(selector).textContent)
  const add = (parent, tag, text, more) => parent.appendChild(Object.assign(document.createElement(tag), { textContent: text }, more))
  const { evaluate, holds } = peksosExpressions
  const words = json("#words"), logic = json("#logic")
  const root = document.documentElement, form = one("#form"), alarm = one("#alarm"), problems = one("#problems"), help = one("#help")
  const [back, next, send] = all(".foot button"), exit = one(".exit"), label = send.textContent
  const pages = all(".page"), check = pages[pages.length - 1]
  const controls = "input,select,textarea"
  let values = {}, steps = [], here = pages[0], alarmed, sending, changing, context

  const box = (q, entry) => one(entry ? `[data-q="${q.n}"]` : "#q-" + q.n, entry || form)
  const entries = at => all(".entry", at).filter(entry => !entry.disabled)
  const applies = (tree, scope) => tree == null || tree === true || holds(tree, scope, context)

  // What the page holds now, by name; what is not relevant has no value.
  const read = at => {
    const control = at && one(controls, at)
    if (!control) return null
    const picked = all("input:checked", at).map(input => input.value)
    if (control.type == "checkbox") return one("legend", at) ? picked.length ? picked : null : picked.length ? true : null
    return (control.type == "radio" ? picked[0] : control.value.trim()) || null
  }
  const pass = () => {
    const found = { ...values, ...logic.v }
    let page
    const take = (q, entry, own) => {
      const at = box(q, entry), scope = { ...found, ...own }
      page = q.p === undefined ? at ? pages.indexOf(at.closest(".page")) : page : q.p
      const shown = applies(logic.s[page], found) && applies(q.r, scope)
      if (at) at.hidden = !shown
      if (!shown) return null
      if (q.k) return evaluate(q.k, scope, context)
      if (q.t != "repeat") return read(at)
      if (q.rc) fit(at, evaluate(q.rc, scope, context))
      return entries(at).map(row => {
        const got = {}
        for (const inner of logic.q) if (inner.in == q.n) got[inner.n] = take(inner, row, got)
        return got
      })
    }
    for (const q of logic.q) if (!q.in) found[q.n] = take(q)
    const rule = logic.o && logic.o.rules.find(([, tree]) => applies(tree, found))
    found.level = rule ? rule[0] : null
    values = found
  }
  const settle = () => {
    context = { day: new Date().toLocaleDateString("sv", { timeZone: "Asia/Jakarta" }) }
    for (let turns = 9, before; turns-- && before != (before = JSON.stringify(values));) pass()
    steps = pages.filter(page => page == check ? pages.length > 2 : all(".q", page).some(q => !q.closest("[hidden]")))
    const called = logic.q.find(q => q.a && applies(q.a, values))
    if (called != alarmed) {
      place(called)
      if (called) alarm.scrollIntoView({ block: "nearest" })
    }
    progress()
  }

  // The emergency card comes at once below the answer that calls it, and stays on top of every other step.
  const place = q => {
    const away = q && !here.contains(box(q))
    if (q) away ? here.prepend(alarm) : box(q).after(alarm)
    alarm.className = q ? away ? "alarm on top" : "alarm on" : "alarm"
    alarmed = q
  }

  // As many entries as the count says; those beyond it are put away, not forgotten.
  const more = at => {
    const list = one(".entries", at)
    list.insertAdjacentHTML("beforeend", one("template", at).innerHTML.replace(/__n__/g, list.children.length))
  }
  const fit = (at, count) => {
    count = Math.min(count || 0, 50)
    while (all(".entry", at).length < count) more(at)
    all(".entry", at).forEach((entry, i) => { entry.hidden = entry.disabled = i >= count })
  }

  const progress = () => {
    const at = steps.indexOf(here)
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
    if (alarmed) place(alarmed)
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
    at.scrollIntoView({ block: "center" });
    (one("input:checked", at) || one(controls, at)).focus({ preventScroll: true })
  }

  // Checking: the same three rules as the server, in its order.
  const asked = page => all(".q", page).filter(at => one(controls, at) && !one(".entries", at) && !at.closest("[hidden],:disabled"))
  const mistake = at => {
    const q = logic.q.find(each => each.n == at.dataset.q), { validity, min, max } = one(controls, at), told = q.m || {}
    const entry = at.closest(".entry"), scope = entry ? { ...values, ...values[q.in][entries(entry.parentNode).indexOf(entry)] } : values
    if (validity.rangeOverflow || validity.rangeUnderflow) return words.range.replace("{min}", min).replace("{max}", max)
    if (!validity.valid) return told.constraint || words.wrong
    if (scope[q.n] == null) return q.q && applies(q.q, scope) ? told.required || words.required : ""
    return applies(q.c, scope) ? "" : told.constraint || words.wrong
  }
  const title = at => one("legend,.t,span", at).firstChild.textContent.trim()
  const field = at => one("fieldset," + controls, at)
  const mark = (at, text) => {
    const control = field(at), old = one(".msg", at), head = one("legend,.t", at)
    if (old) old.remove()
    if (text) {
      const message = add(at, "p", text, { id: control.id.replace("f", "e"), className: "msg" })
      head ? head.after(message) : at.prepend(message)
    }
    control.setAttribute("aria-describedby", all("[id^=h-],[id^=e-]", at).map(each => each.id).join(" "))
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
    for (const at of asked(page)) {
      const text = mistake(at)
      mark(at, text)
      if (text) bad.push([`${title(at)}: ${text}`, "#" + field(at).id])
    }
    if (bad.length && page != here) go(page)
    complain(bad)
    return !bad.length
  }

  // Reading the answers back
  const answer = at => {
    const picked = all("input:checked+span", at).map(each => each.textContent).join(", "), control = one(controls, at)
    if (control.type == "radio" || control.type == "checkbox") return picked && !one("legend", at) ? words.yes : picked
    if (control.options) return control.value && control.selectedOptions[0].text
    return control.type == "date" && control.value ? new Date(control.value + "T12:00").toLocaleDateString(root.lang, { dateStyle: "long" }) : control.value
  }
  const recap = () => {
    const list = one("dl", check)
    list.textContent = ""
    for (const page of steps) for (const at of asked(page)) {
      const entry = at.closest(".entry"), row = add(list, "div")
      const name = (entry ? `${title(entry)} ${entries(entry.parentNode).indexOf(entry) + 1}: ` : "") + title(at)
      add(row, "dt", name)
      const said = answer(at)
      add(row, "dd", said || words.empty, { className: said ? "" : "hint" })
      add(add(row, "dd"), "button", words.change, { type: "button", className: "link", onclick: () => { changing = 1; go(page); reach(at) } })
        .setAttribute("aria-label", `${words.change}: ${name}`)
    }
  }

  form.addEventListener("input", event => {
    const at = event.target.closest(".q.err")
    if (at) mark(at, "")
    settle()
  })
  form.addEventListener("click", event => {
    const button = event.target.closest("button,a"), at = button && button.parentNode
    if (!button) return
    if (button.dataset.step) {
      const input = one("input", at)
      input.value = Math.min(Math.max(+input.value + +button.dataset.step, input.min), input.max || 999)
      one("#say").textContent = input.value
      input.dispatchEvent(new Event("input", { bubbles: true }))
    } else if (button.name == "_more") {
      more(at)
      settle()
      reach(one(".entry:last-child", at))
    } else if (problems.contains(button)) {
      const wrong = one(button.hash).closest(".q"), page = wrong.closest(".page")
      event.preventDefault()
      if (page != here) go(page)
      reach(wrong)
    } else if (button == back) depth() ? history.back() : go(steps[steps.indexOf(here) - 1])
    else if (button == next) forth()
  })
  form.addEventListener("submit", event => {
    const last = here == steps[steps.length - 1]
    if (last && !sending && steps.every(page => page == check || passes(page))) {
      if (navigator.onLine) {
        sending = send.textContent = words.sending
        return
      }
      complain([[words.offline]])
    }
    event.preventDefault()
    if (!last) forth()
  })
  onpopstate = event => {
    complain([])
    show(known(event.state))
  }
  addEventListener("pageshow", () => {
    sending = ""
    send.textContent = label
    settle()
  })

  // A page that comes from a cache is a new filling: a nonce of its own, with the page's day in its first three signs.
  addEventListener("DOMContentLoaded", () => {
    const [visit] = performance.getEntriesByType("navigation"), nonce = one("[name=_nonce]")
    if (!nonce || !visit || visit.type != "navigate" || visit.transferSize) return
    const signs = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18)))).replace(/\W/g, "_")
    nonce.value = nonce.value.slice(0, 3) + signs.slice(3)
  })

  // Help without losing an answer; and leaving in a hurry, after which Back finds nothing.
  if (help.showModal) {
    one("#ask").onclick = event => {
      event.preventDefault()
      help.showModal()
    }
    one("button", help).onclick = () => help.close()
  }
  if (exit) exit.onclick = event => {
    const leave = () => location.replace(exit.href)
    event.preventDefault()
    form.reset()
    document.body.textContent = ""
    onpopstate = leave
    setTimeout(leave, depth() && 300)
    if (depth()) history.go(-depth())
  }

  root.className = "js"
  form.noValidate = true
  all("[name=_more]").forEach(button => { button.type = "button" })
  settle()
  const wrong = one(".q.err")
  show(wrong ? wrong.closest(".page") : known(history.state))
  if (wrong) problems.focus()
})()
