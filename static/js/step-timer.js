/* A timer for the steps of a group: start, pause, next. It makes no sound, and tells screen readers when a step begins and
   when its time is up. Without scripts the steps stand there with their minutes. */

const SECOND = 1000;

function inWords(seconds) {
  const left = Math.abs(seconds);
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return seconds < 0 ? `${clock} over` : `${clock} left`;
}

for (const timer of document.querySelectorAll("[data-step-timer]")) {
  const steps = [...document.getElementById(timer.dataset.stepTimer).querySelectorAll("[data-step]")];
  const [now, left, said] = ["now", "left", "said"].map((name) => timer.querySelector(`[data-step-${name}]`));
  const [start, next] = ["start", "next"].map((name) => timer.querySelector(`[data-step-${name}]`));
  let place = -1;
  let allowed = 0;
  let spent = 0; // of the present step, before it was last started
  let since = null; // when it was last started; null while it stands still
  let warned = false;

  const nameOf = (step) => step.querySelector("[data-step-name]").textContent;
  const minutesOf = (step) => Number(step.dataset.minutes);
  const elapsed = () => spent + (since === null ? 0 : Date.now() - since);

  function show() {
    const seconds = Math.ceil((allowed - elapsed()) / SECOND);
    left.textContent = place < 0 || place >= steps.length ? "" : inWords(seconds);
    timer.toggleAttribute("data-over", seconds < 0);
    if (seconds <= 0 && since !== null && !warned) {
      warned = true;
      said.textContent = `The time for ${nameOf(steps[place])} is up.`;
    }
  }

  function begin(index) {
    place = index;
    spent = 0;
    warned = false;
    for (const [each, step] of steps.entries()) {
      step.toggleAttribute("data-current", each === place);
      if (each === place) {
        step.setAttribute("aria-current", "step");
      } else {
        step.removeAttribute("aria-current");
      }
    }
    if (place >= steps.length) {
      since = null;
      now.textContent = "All steps are done";
      said.textContent = "All steps are done.";
      start.hidden = true;
      next.hidden = true;
    } else {
      since = Date.now();
      allowed = minutesOf(steps[place]) * 60 * SECOND;
      now.textContent = nameOf(steps[place]);
      said.textContent = `${nameOf(steps[place])}, ${minutesOf(steps[place])} minutes.`;
      start.textContent = "Pause";
      next.textContent = place === steps.length - 1 ? "Finish" : "Next step";
    }
    show();
  }

  start.addEventListener("click", () => {
    if (place < 0) {
      begin(0);
    } else if (since === null) {
      since = Date.now();
      start.textContent = "Pause";
      said.textContent = "Going on.";
    } else {
      spent = elapsed();
      since = null;
      start.textContent = "Go on";
      said.textContent = "Paused.";
    }
    next.hidden = false;
    show();
  });
  next.addEventListener("click", () => {
    begin(place + 1);
    if (place >= steps.length) {
      now.tabIndex = -1;
      now.focus();
    }
  });
  next.hidden = true;
  timer.hidden = false;
  setInterval(show, SECOND);
}
