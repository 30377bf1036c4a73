  // What is unusual is said at once and holds nothing back; the site is told that it was said.
  const wary = new Set(), seen = one("#seen")
  const look = (node, told) => {
    const { q, at, scope } = node, text = node.on && scope[q.n] != null && applies(q.c, scope) && applies(q.w, scope) ? (q.m || {}).warn || words.warn : ""
    const old = one(".look", at), control = field(at), head = one("legend,.t", at) || control
    if (!told && !old || (old ? old.textContent : "") == text) return
    if (old) old.remove()
    if (text) {
      head.after(add(at, "p", text, { id: control.id.replace("f", "w"), className: "msg look" }))
      one("#say").textContent = text
    }
    describe(at)
  }
  ties.push(node => { if ("w" in node.q) wary.add(node) })
  late.push(() => wary.forEach(node => look(node)))
  form.addEventListener("change", () => wary.forEach(node => look(node, 1)))
  form.addEventListener("submit", () => {
    wary.forEach(node => look(node, 1))
    seen.value = all(".q .look").map(each => each.id.slice(2)).join(" ")
  }, true)
