  // Buttons − and + beside a number
  clicks.push(({ dataset: { step }, parentNode }) => {
    if (!step) return
    const input = one("input", parentNode)
    input.value = Math.min(Math.max(+input.value + +step, input.min), input.max || 999)
    one("#say").textContent = input.value
    input.dispatchEvent(new Event("input", { bubbles: true }))
  })
