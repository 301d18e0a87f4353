/* Looks again, every few seconds, how far something is that is being made, and shows the page once it is there. Without
   scripts "Look again" does the same. */

const area = document.querySelector("[data-poll]");
const pause = Number(area.dataset.poll);

async function look() {
  try {
    const response = await fetch(window.location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const now = page.querySelector("[data-poll]");
    if (!response.ok || !now) {
      window.location.reload();
      return;
    }
    for (const [selector, change] of [
      ["[role=status]", (shown, next) => (shown.textContent = next.textContent)],
      ["progress", (shown, next) => (shown.value = next.value)],
    ]) {
      const [shown, next] = [area, now].map((each) => each.querySelector(selector));
      if (next && !shown) {
        area.append(next);
      } else if (next) {
        change(shown, next);
      }
    }
  } catch {
    // out of reach: the next time may be better
  }
  window.setTimeout(look, pause);
}

window.setTimeout(look, pause);
