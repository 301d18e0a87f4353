/*
 * A long form that saves itself, section by section. The markup and the answers: docs/templates.md.
 *
 * Nothing is kept in the browser's storage: what is typed lives in the page until the server has it. Each section
 * saves under the version that it was read at; saves of one section never overtake each other; a conflict is told in
 * words and settled by the person.
 */

const DELAY = 1500;
/* However fast somebody types, what was typed is sent after so long */
const LONGEST_DELAY = 5000;
const LONGEST_WAIT = 30000;
/* A server that says nothing for so long is taken for one that cannot be reached */
const PATIENCE = 30000;
/* Browsers finish requests of a page that is closed, up to so many characters in all */
const KEEPALIVE_LIMIT = 60000;
/* Sent with what nobody's doing brought about, so that an open page keeps nobody signed in */
const AUTOMATIC = { "X-Countersign-Automatic": "1" };

const form = document.querySelector("form[data-autosave]");
const bar = form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
const words = bar?.querySelector("[data-autosave-words]");
const busy = bar?.querySelector("[data-autosave-busy]");
const wayOut = bar?.querySelector("[data-autosave-link]");
const person = form.dataset.person || "";

const OFFLINE = "Not saved: you appear to be offline. Your text is kept on this page; we keep trying.";
const UNSENT = "You appear to be offline. Everything typed is saved; try again once you are back online.";
const SIGNED_OUT = "You have been signed out. Sign in in a new tab, then come back: your text is still here.";
const SOMEBODY_ELSE = "Not saved: somebody else has signed in in this browser. Copy your text before you leave this page.";
const REFUSED = "Not saved: you can no longer change this section. Copy your text before you leave this page.";
const TOO_LONG = "Not saved: this section is too long. Make it shorter, or put part of it into another section.";
const FAULT = "Not saved: something went wrong with the service. Your text is kept on this page; we keep trying.";

class Section {
  constructor(element) {
    this.element = element;
    this.url = element.dataset.autosaveUrl;
    this.version = element.dataset.version;
    this.versionInput = element.querySelector("[data-autosave-version]");
    this.name = element.dataset.sectionName || "This section";
    this.saved = element.hasAttribute("data-unsaved") ? null : this.body();
    this.uncertain = null;
    this.state = "saved";
    this.said = "";
    this.unclear = "";
    this.savedAt = 0;
    this.timer = 0;
    this.typedAt = 0;
    this.wait = 0;
    this.running = null;
  }

  /** What the section's fields hold, as a form would send it; files wait for the form itself. */
  body() {
    const fields = new URLSearchParams();
    for (const input of this.element.querySelectorAll("input[name], textarea[name], select[name]")) {
      const skipped = input.disabled || input === this.versionInput || ["file", "submit", "button"].includes(input.type);
      if (skipped || (["checkbox", "radio"].includes(input.type) && !input.checked)) {
        continue;
      }
      const values = input.multiple ? [...input.selectedOptions].map((option) => option.value) : [input.value];
      values.forEach((value) => fields.append(input.name, value));
    }
    return fields.toString();
  }

  get changed() {
    return this.body() !== this.saved;
  }

  /** Waits for the person: a conflict, or a refusal of exactly this text. */
  get held() {
    return this.state === "conflict" || (this.state === "failed" && this.refused === this.body());
  }

  /** Whether something in it is marked as wrong, by the server or by a page that was sent back. */
  get hasProblem() {
    return Boolean(this.unclear || this.element.querySelector(".govuk-form-group--error:not([data-mended])"));
  }

  get stillWrong() {
    return this.hasProblem ? `. Something in ${this.name} has to be put right: it is marked there.` : "";
  }

  typed() {
    clearTimeout(this.timer);
    if (this.changed && !this.held) {
      this.typedAt ||= performance.now();
      const waited = performance.now() - this.typedAt;
      this.timer = setTimeout(() => this.save(), Math.max(0, Math.min(DELAY, LONGEST_DELAY - waited)));
    }
    show();
  }

  /** Another text of this section, which somebody else saved: nothing here was unsaved. */
  take(fresh) {
    const body = this.element.querySelector(".app-section__body");
    const focused = body.contains(document.activeElement) ? document.activeElement : null;
    const { id, selectionStart, selectionEnd } = focused || {};
    body.replaceWith(document.importNode(fresh.querySelector(".app-section__body"), true));
    this.setVersion(fresh.dataset.version);
    this.saved = this.body();
    const again = id && document.getElementById(id);
    again?.focus({ preventScroll: true });
    if (again && typeof selectionStart === "number") {
      again.setSelectionRange(selectionStart, selectionEnd);
    }
    document.dispatchEvent(new CustomEvent("countersign:saved"));
  }

  /** Save now, or after the save that is on its way. Resolves when nothing is left to do, or nothing can be done. */
  save({ automatic = false } = {}) {
    clearTimeout(this.timer);
    this.typedAt = 0;
    if (this.running) {
      return this.running;
    }
    if (!this.changed || this.held) {
      return Promise.resolve();
    }
    this.running = this.send({ automatic }).finally(() => {
      this.running = null;
      if (this.state === "saved" && this.changed) {
        this.timer = setTimeout(() => this.save(), DELAY);
      }
      show();
    });
    show();
    return this.running;
  }

  async send({ automatic, again = false }) {
    // A save whose answer was lost may have arrived: the same text again is answered with yes, a newer one with a conflict
    const body = this.uncertain ?? this.body();
    const sent = new URLSearchParams(body);
    sent.set("version", this.version);
    sent.set("csrfmiddlewaretoken", token());
    // Whose text it is: the server never takes it from somebody else who signed in meanwhile
    sent.set("typed_by", person);
    const content = sent.toString();
    const keepalive = alive + content.length < KEEPALIVE_LIMIT;
    alive += keepalive ? content.length : 0;
    let response;
    try {
      response = await fetch(this.url, {
        method: "POST",
        body: content,
        credentials: "same-origin",
        redirect: "manual",
        keepalive,
        signal: AbortSignal.timeout(PATIENCE),
        headers: {
          "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
          Accept: "application/json",
          ...(automatic ? AUTOMATIC : {}),
        },
      });
    } catch {
      this.uncertain = body;
      return this.later("offline", OFFLINE);
    } finally {
      alive -= keepalive ? content.length : 0;
    }
    this.uncertain = response.status >= 500 ? body : null;
    if (response.ok) {
      return this.took(body, await read(response));
    }
    if (response.status === 409) {
      return this.conflict(await read(response));
    }
    if (response.type === "opaqueredirect" || response.status === 401) {
      return this.stop("signed-out", SIGNED_OUT);
    }
    if (response.status === 403 && !again) {
      const why = await renewToken();
      return why ? this.stop(...why) : this.send({ automatic, again: true });
    }
    return this.refuse(body, response.status, await read(response));
  }

  took(body, answer) {
    if (!answer.version) {
      // Saved, it seems, but the answer broke off: the same text is sent again, and is answered with yes
      this.uncertain = body;
      return this.later("failed", FAULT);
    }
    this.saved = body;
    this.wait = 0;
    this.setVersion(answer.version);
    this.savedAt = performance.now();
    this.unclear = answer.unclear || "";
    const except = this.unclear ? `, except for what is not clear yet. ${this.unclear}` : "";
    this.stop("saved", `Saved ${answer.saved_at}${except || this.stillWrong}`);
    this.element.querySelector("[data-autosave-conflict]")?.remove();
    document.dispatchEvent(new CustomEvent("countersign:saved"));
  }

  setVersion(version) {
    this.version = String(version);
    this.element.dataset.version = this.version;
    if (this.versionInput) {
      this.versionInput.value = this.version;
    }
  }

  refuse(body, status, answer) {
    if (status >= 500 || status === 429) {
      return this.later("failed", FAULT);
    }
    this.refused = body;
    const known = { 403: REFUSED, 404: REFUSED, 413: TOO_LONG };
    return this.stop("failed", answer.message ? `Not saved: ${answer.message}` : known[status] || FAULT);
  }

  /** Try again after a while, longer each time. */
  later(state, said) {
    this.wait = Math.min(this.wait ? this.wait * 2 : 2000, LONGEST_WAIT);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save({ automatic: true }), this.wait);
    this.stop(state, said);
  }

  stop(state, said) {
    this.state = state;
    this.said = said;
    show();
    if (state === "signed-out" || said === SOMEBODY_ELSE) {
      document.dispatchEvent(new CustomEvent("countersign:signed-out"));
    }
  }

  linkToSaved() {
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.target = "_blank";
    link.rel = "noopener";
    link.href = `${window.location.pathname}${window.location.search}${this.element.id ? `#${this.element.id}` : ""}`;
    link.textContent = "See what was saved (opens in a new tab)";
    return link;
  }

  /** Say that somebody else, or another window, changed this section; the text here stays until its writer decides. */
  conflict(answer) {
    this.element.querySelector("[data-autosave-conflict]")?.remove();
    const box = document.createElement("div");
    box.className = "app-conflict";
    box.dataset.autosaveConflict = "";
    box.tabIndex = -1;
    const heading = document.createElement("p");
    heading.className = "govuk-body govuk-!-font-weight-bold";
    const by = answer.saved_by ? `${answer.saved_by} changed` : "Another window changed";
    heading.textContent = answer.message || `${by} this section${answer.saved_at ? ` at ${answer.saved_at}` : ""}.`;
    const text = document.createElement("p");
    text.className = "govuk-body";
    text.textContent = "Your text is still here and has not been saved. ";
    const theirs = document.createElement("div");
    if (answer.html) {
      text.append("This is what was saved:");
      theirs.append(...new DOMParser().parseFromString(answer.html, "text/html").body.childNodes);
    } else {
      text.append(this.linkToSaved());
    }
    const keep = document.createElement("button");
    keep.type = "button";
    keep.className = "govuk-button govuk-button--secondary";
    keep.textContent = "Save my text in its place";
    keep.addEventListener("click", () => {
      this.setVersion(answer.version);
      this.state = "saved";
      box.remove();
      (this.element.querySelector("textarea, input:not([type=hidden]), select") || this.element).focus();
      this.save();
    });
    box.append(heading, text, theirs);
    if (answer.version) {
      box.append(keep);
    }
    const body = this.element.querySelector(".app-section__body") || this.element;
    body.prepend(box);
    if (this.element.contains(document.activeElement)) {
      box.scrollIntoView({ block: "start" });
    }
    this.stop("conflict", `Not saved: ${this.name} was changed elsewhere while you were writing. Look at that section.`);
  }
}

/* How many characters are on their way that the browser sends to the end even if the page is closed */
let alive = 0;

const sections = [...form.querySelectorAll("[data-autosave-section]")].map((element) => new Section(element));

function token() {
  return form.querySelector("input[name=csrfmiddlewaretoken]")?.value || "";
}

async function read(response) {
  try {
    return (await response.json()) || {};
  } catch {
    return {};
  }
}

/**
 * Signing in again in another tab makes this page's token stale: take the new one from a fresh copy of this page.
 * Gives nothing when there is a new token, and otherwise the state and the words of why not.
 */
async function renewToken() {
  let response;
  try {
    response = await fetch(window.location.href, { credentials: "same-origin", redirect: "manual", headers: { Accept: "text/html", ...AUTOMATIC } });
  } catch {
    return ["offline", OFFLINE];
  }
  if (response.type === "opaqueredirect" || response.status === 401) {
    return ["signed-out", SIGNED_OUT];
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("form[data-autosave]");
  if (!response.ok || !fresh) {
    return ["failed", REFUSED];
  }
  if ((fresh.dataset.person || "") !== person) {
    return ["failed", SOMEBODY_ELSE];
  }
  const value = fresh.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
    input.value = value || input.value;
  }
  return null;
}

const GRAVITY = ["signed-out", "conflict", "failed", "offline"];

/** One line for the whole form: the gravest trouble, else when it was last saved. */
function show() {
  if (!bar) {
    return;
  }
  const worst = GRAVITY.map((state) => sections.find((section) => section.state === state)).find(Boolean);
  const saving = sections.some((section) => section.running);
  const changed = sections.some((section) => section.changed);
  const unclear = sections.some((section) => section.hasProblem);
  bar.dataset.state = worst ? worst.state : saving ? "saving" : changed ? "changed" : unclear ? "unclear" : "saved";
  if (busy) {
    busy.textContent = saving ? "Saving" : changed && !worst ? "Not saved yet" : "";
  }
  const told = sections.filter((section) => section.said).sort((a, b) => a.savedAt - b.savedAt);
  const said = (worst || told.find((section) => section.unclear) || told.at(-1))?.said;
  if (words && said && words.textContent !== said) {
    words.textContent = said;
  }
  if (wayOut) {
    wayOut.hidden = worst?.state !== "signed-out";
  }
}

function sectionOf(event) {
  const element = event.target instanceof Element ? event.target.closest("[data-autosave-section]") : null;
  return sections.find((section) => section.element === element);
}

function saveAll(options) {
  return Promise.all(sections.map((section) => settle(section, options)));
}

/** Save until the section has no change left, or until only the person or the network can help. */
async function settle(section, options) {
  await section.save(options);
  if (section.state === "saved" && section.changed) {
    await section.save(options);
  }
}

/** The network or the sign-in may be back. */
function tryAgain() {
  for (const section of sections) {
    if (["offline", "signed-out"].includes(section.state) || (section.state === "failed" && !section.held)) {
      section.wait = 0;
      section.save();
    }
  }
}

form.addEventListener("input", (event) => {
  if (event.target instanceof Element) {
    event.target.closest(".govuk-form-group--error")?.setAttribute("data-mended", "");
  }
  sectionOf(event)?.typed();
});
form.addEventListener("change", (event) => sectionOf(event)?.typed());
form.addEventListener("focusout", (event) => {
  const section = sectionOf(event);
  if (section && section.state === "saved") {
    section.save();
  }
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "s") {
    event.preventDefault();
    saveAll();
  }
});

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") {
    saveAll();
  } else {
    tryAgain();
  }
});
window.addEventListener("focus", tryAgain);
window.addEventListener("online", tryAgain);
document.addEventListener("countersign:signed-in", tryAgain);

let submitting = false;

window.addEventListener("beforeunload", (event) => {
  const chosen = [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
  if (!submitting && (chosen || sections.some((section) => section.changed || section.unclear))) {
    event.preventDefault();
  }
});

/*
 * A page that comes back from the browser's memory may be old, or somebody may have signed out meanwhile: with nothing
 * unsaved in it, it is fetched anew. Its form must not stay locked.
 */
window.addEventListener("pageshow", (event) => {
  submitting = false;
  if (event.persisted && !sections.some((section) => section.changed || section.running)) {
    window.location.reload();
  }
});

/*
 * The form's own buttons: let saves on their way arrive first, so that the versions sent are those of the server.
 * "Save" alone stays on the page. A conflict goes to the server, which answers with the text kept.
 */
form.addEventListener("submit", async (event) => {
  if (submitting) {
    return;
  }
  const button = event.submitter;
  const justSave = button?.hasAttribute("data-autosave-now");
  const onItsWay = sections.some((section) => section.running || (section.changed && !section.held));
  if (!justSave && !onItsWay && !navigator.onLine && words) {
    event.preventDefault();
    words.textContent = UNSENT;
    return;
  }
  if (!justSave && !onItsWay) {
    submitting = true;
    return;
  }
  event.preventDefault();
  await saveAll();
  const stuck = sections.some((section) => section.changed && !section.held);
  if (justSave || stuck) {
    bar?.scrollIntoView({ block: "nearest" });
    show();
    return;
  }
  submitting = true;
  form.requestSubmit(button || undefined);
});

for (const section of sections) {
  section.typed();
}

export { AUTOMATIC, form, sections };
