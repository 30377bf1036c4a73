  // On a page without names radio buttons still need theirs to be one choice; they belong to no form, so nothing sends them.
  ties.push(({ inputs }) => {
    for (const each of inputs) if (each.type == "radio") {
      each.name = each.dataset.n
      each.setAttribute("form", "-")
    }
  })
  // "Kirim dulu" and "Kunci": what they do comes with the script that seals, which a tap may come before.
  clicks.push(({ id }) => {
    if (id != "first" && id != "shut") return
    wake()
    phone[id] ? phone[id]() : phone.tapped = id
  })
