  // A camera that reads codes: only where the phone has one, only after a tap, and only until it has read.
  let scanning
  const stop = () => {
    if (!scanning) return
    const { stream, video, button } = scanning
    stream.getTracks().forEach(track => track.stop())
    video.remove()
    button.textContent = words.scan
    scanning = 0
  }
  const scan = async (button, input) => {
    try {
      const detector = new BarcodeDetector(), stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } })
      const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true, srcObject: stream }), mine = scanning = { stream, video, button }
      button.before(video)
      button.textContent = words.stop
      await video.play()
      while (scanning == mine) {
        const [code] = await detector.detect(video)
        if (code && scanning == mine) {
          stop()
          input.value = code.rawValue.trim()
          one("#say").textContent = input.value
          input.dispatchEvent(new Event("input", { bubbles: true }))
          input.focus()
        }
        await new Promise(done => setTimeout(done, 150))
      }
    } catch (error) {
      stop()
      mark(button.closest(".q"), words.camera)
    }
  }
  ties.push(({ at }) => {
    const button = at && at.lastElementChild
    if (button && "scan" in button.dataset) button.hidden = !(self.BarcodeDetector && navigator.mediaDevices)
  })
  clicks.push(button => {
    if (!("scan" in button.dataset)) return
    const off = scanning && scanning.button == button
    stop()
    if (!off) scan(button, one(controls, button.parentNode))
  })
  late.push(() => { if (scanning && scanning.button.closest(".page") != here) stop() })
  addEventListener("pagehide", stop)
  document.addEventListener("visibilitychange", () => { if (document.hidden) stop() })
