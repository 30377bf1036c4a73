  // When the page was first shown, by the phone's clock in WIB
  const began = one("#began")
  began.value = began.value || new Date(Date.now() + 252e5).toISOString().slice(0, 16)
  kinds.start = () => began.value
