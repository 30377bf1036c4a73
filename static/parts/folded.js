  // A fold tells what was picked in it.
  late.push(() => {
    for (const fold of all(".fold", here)) {
      const summary = one("summary", fold), { dataset } = summary
      dataset.none = dataset.none || summary.textContent
      const picked = all("input:checked+span", fold).map(each => each.textContent).join(", ") || dataset.none
      if (summary.textContent != picked) summary.textContent = picked
    }
  })
