  // Moments as they are written
  tellers["datetime-local"] = ({ value }) => value && new Date(value).toLocaleString(root.lang, { dateStyle: "long", timeStyle: "short" })
