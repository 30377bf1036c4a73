  // Texts that repeat answers: each as the page itself shows it, and inside an entry the entry's own. Never as HTML.
  const english = root.lang == "en"
  const spoken = {
    date: value => new Date(value + "T12:00").toLocaleDateString(root.lang, { dateStyle: "long" }),
    time: value => english ? value : value.replace(":", "."),
    dateTime: value => spoken.date(value.slice(0, 10)) + ", " + spoken.time(value.slice(11)),
    number: value => (+(+value).toFixed(10) + "").replace(".", english ? "." : ","),
    boolean: value => value ? words.yes : words.no
  }
  const saying = (name, entry) => {
    const node = (entry && entry.nodes || []).concat(nodes).find(({ q }) => q.n == name)
    if (!node) return
    const value = node.on ? node.scope[name] : null, tell = spoken[logic.s[name]]
    if (value == null || value === "") return "…"
    return (tell ? tell(value) : node.inputs.length ? answer(node) : value + "").trim().replace(/\s+/g, " ") || "…"
  }
  ties.push(node => {
    const { q, at } = node, { m } = q
    if (!at || !m || !JSON.stringify(m).includes("${")) return
    const told = text => text.replace(/\$\{\s*(?:\w+\/)*(\w+)\s*\}/g, (_, name) => saying(name, at.closest(".entry")) || "…")
    node.q = Object.create(q, { m: { get: () => Object.fromEntries(Object.entries(m).map(([key, text]) => [key, told(text)])) } })
  })
  late.push(() => {
    for (const at of all("[data-say]", form)) {
      const text = saying(at.dataset.say, at.closest(".entry"))
      if (text && at.textContent != text) at.textContent = text
    }
  })
