  // Texts that are kept in capitals, as the site keeps them
  kinds.upper = node => (read(node) || "").toUpperCase() || null
