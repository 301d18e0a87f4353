/*
 * Says two minutes before that one is about to be signed out, and lets one sign in again beside a page with text in it.
 *
 * The server decides (staff/sign_ins.py); this only asks it. Its questions are marked as automatic, so that an open page
 * keeps nobody signed in. Nothing is kept in the browser. autosave.js says "countersign:signed-out" when a save was
 * refused, and hears "countersign:signed-in" when saves may go on.
 */

const WARN = 120;
const ASK_AGAIN = 10;
const TYPING_COUNTS = 300;

const root = document.querySelector("[data-sign-in-life]");
const ending = root.querySelector("[data-ending]");
const ended = root.querySelector("[data-ended]");
const { person, url, signInUrl } = root.dataset;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("countersign-sign-in") : null;

let endsAt = Date.now() + Number(root.dataset.endsIn) * 1000;
let timer = 0;
let typedAt = Date.now();
let signInWindow = null;

function left() {
  return Math.max(0, Math.round((endsAt - Date.now()) / 1000));
}

function wait() {
  clearTimeout(timer);
  const seconds = ending.open || ended.open ? ASK_AGAIN : Math.max(1, left() - WARN);
  timer = setTimeout(look, seconds * 1000);
}

function tokens() {
  return [...document.querySelectorAll("input[name=csrfmiddlewaretoken]")];
}

/** What the server says of this browser: who is signed in, and for how long; null when it cannot be reached. */
async function ask() {
  try {
    const headers = { Accept: "application/json", "X-Countersign-Automatic": "1" };
    const response = await fetch(url, { credentials: "same-origin", headers });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** Tell the server that the person did something. A token that is no longer good is replaced once. */
async function stay({ again = false } = {}) {
  try {
    const body = new URLSearchParams({ csrfmiddlewaretoken: tokens()[0]?.value || "" });
    const response = await fetch(url, { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" } });
    if (response.status === 403 && !again) {
      const answer = await ask();
      took(answer);
      return answer?.person === person ? stay({ again: true }) : undefined;
    }
    return took(response.ok ? await response.json() : null);
  } catch {
    return took(null);
  }
}

function renew(answer) {
  for (const input of tokens()) {
    input.value = answer.token;
  }
}

async function look() {
  took(await ask());
}

function took(answer) {
  if (answer && answer.person === person) {
    endsAt = Date.now() + answer.ends_in * 1000;
    renew(answer);
    if (ended.open) {
      goOn();
    }
    if (left() > WARN) {
      ending.close();
    } else {
      warn(answer);
    }
  } else if (answer) {
    end(answer);
  } else if (ending.open) {
    say();
  }
  wait();
}

function say() {
  const seconds = left();
  const words = seconds > 90 ? "in two minutes" : seconds > 30 ? "in one minute" : seconds > 0 ? "in a few seconds" : "now";
  const when = ending.querySelector("[data-when]");
  const sentence = `You will be signed out ${words}.`;
  if (when.textContent !== sentence) {
    when.textContent = sentence;
  }
}

function warn(answer) {
  say();
  ending.querySelector("[data-is-last]").hidden = !answer.is_last;
  ending.querySelector("[data-puts-off]").hidden = answer.is_last;
  ending.querySelector("[data-stay]").textContent = answer.is_last ? "Carry on until then" : "Stay signed in";
  if (!ending.open && !ended.open && !(answer.is_last && ending.dataset.read)) {
    ending.showModal();
  }
}

/** Whether something was, or could have been, typed here that leaving the page would lose. */
function holdsText() {
  const boxes = document.querySelectorAll("main form[method=post] :is(textarea, select, input:not([type=hidden]))");
  return boxes.length > 0 || document.querySelector("form[data-autosave]") !== null;
}

function end(answer) {
  ending.close();
  if (!holdsText()) {
    const here = window.location.pathname + window.location.search;
    window.location.replace(`${signInUrl.split("?")[0]}?${new URLSearchParams({ next: here })}`);
    return;
  }
  const other = ended.querySelector("[data-other]");
  const words = answer.person
    ? `${answer.name} has signed in in this browser. Your text has not been saved, and is not saved under another name. Sign out in that window, then sign in as yourself.`
    : "";
  other.hidden = !words;
  if (other.textContent !== words) {
    other.textContent = words;
  }
  if (!ended.open) {
    ended.showModal();
  }
}

function goOn() {
  ended.close();
  signInWindow?.close();
  signInWindow = null;
  document.dispatchEvent(new CustomEvent("countersign:signed-in"));
}

ending.querySelector("[data-stay]").addEventListener("click", () => {
  ending.dataset.read = "1";
  ending.close();
  stay();
});
/* Escape is something that a person did, too */
ending.addEventListener("cancel", () => {
  ending.dataset.read = "1";
  stay();
});
ended.addEventListener("cancel", (event) => event.preventDefault());
ended.querySelector("[data-sign-in]").addEventListener("click", (event) => {
  signInWindow = window.open(event.currentTarget.href, "countersign-sign-in", "popup,width=560,height=760");
  if (signInWindow) {
    event.preventDefault();
  }
});

/* Typing where nothing saves itself counts as well, told to the server now and then */
document.addEventListener("input", (event) => {
  const box = event.target instanceof Element ? event.target : null;
  if (!box?.closest("form[data-autosave]") && Date.now() - typedAt > TYPING_COUNTS * 1000) {
    typedAt = Date.now();
    stay();
  }
});

document.addEventListener("countersign:signed-out", look);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") {
    look();
  }
});
window.addEventListener("focus", () => {
  if (ended.open) {
    look();
  }
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    look();
  }
});
channel?.addEventListener("message", look);
if (document.querySelector("[data-signed-in]")) {
  channel?.postMessage("signed in");
}

if (left() <= WARN) {
  look();
} else {
  wait();
}
