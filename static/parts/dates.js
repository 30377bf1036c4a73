  // Days as they are written, not as they are kept
  tellers.date = ({ value }) => value && new Date(value + "T12:00").toLocaleDateString(root.lang, { dateStyle: "long" })
