  // A group of which nothing is shown has no heading either.
  const groups = new Set()
  ties.push(node => { if (node.at && node.q.t == "group") groups.add(node.at) })
  late.push(() => {
    if (moved) for (const at of groups) at.hidden = !all(".q", at).some(({ node }) => node && node.on && node.q.t != "group")
  })
