  // The emergency card comes at once below the answer that calls it, and stays on top of every other step.
  const alarm = one("#alarm"), calling = new Set()
  let alarmed, placed
  ties.push(node => { if ("a" in node.q) calling.add(Object.assign(node, { alarms: waits(node.q.a) })) })
  late.push(() => {
    for (const node of calling) if (touched(node.alarms)) node.called = applies(node.q.a, node.scope)
    const called = [...calling].find(node => node.called && !node.at.closest("[hidden]")), away = called && called.page != here
    if (called == alarmed && here == placed) return
    if (called) away ? here.prepend(alarm) : called.at.after(alarm)
    alarm.className = called ? away ? "alarm on top" : "alarm on" : "alarm"
    if (called && called != alarmed) alarm.scrollIntoView({ block: "nearest" })
    alarmed = called
    placed = here
  })
