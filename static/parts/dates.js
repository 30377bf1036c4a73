  // Days and moments as they are written, not as they are kept
  tellers.date = ({ value }) => value && new Date(value + "T12:00").toLocaleDateString(root.lang, { dateStyle: "long" })
  tellers["datetime-local"] = ({ value }) => value && new Date(value).toLocaleString(root.lang, { dateStyle: "long", timeStyle: "short" })
