/*
 * Two people in one draft: says who else writes where, and shows what they saved where nothing is unsaved here.
 *
 * Asks every few seconds for versions and names; text comes with a fresh copy of this page, and only where there is some
 * that is new. What is unsaved here is never touched: its own save then tells of the conflict, with both texts.
 */

import { AUTOMATIC, form, sections } from "autosave";

const EVERY = 4000;
/* Nobody is writing here who has typed nothing for so long */
const STILL = 15000;

const parts = [...form.querySelectorAll("[data-section]")];
const own = new Map(sections.map((section) => [section.element.dataset.section, section]));
if (window.location.search === "?followed") {
  window.history.replaceState(null, "", window.location.pathname);
}

let typedIn = "";
let typedAt = -STILL;
let timer = 0;
let asking = false;

function say(part, words) {
  const line = part.querySelector("[data-section-state]");
  if (line && line.textContent !== words) {
    line.textContent = words;
  }
}

async function ask() {
  const body = new URLSearchParams({ csrfmiddlewaretoken: form.querySelector("input[name=csrfmiddlewaretoken]").value });
  body.set("typed_by", form.dataset.person);
  body.set("writing", performance.now() - typedAt < STILL ? typedIn : "");
  const response = await fetch(form.dataset.presenceUrl, {
    method: "POST",
    body,
    credentials: "same-origin",
    redirect: "manual",
    headers: { Accept: "application/json", ...AUTOMATIC },
  });
  return response.ok ? response.json() : null;
}

/** The sections that somebody else saved since this page showed them, and that can be replaced without losing a letter. */
function stale(answer) {
  return parts.filter((part) => {
    const known = answer.sections[part.dataset.section];
    const section = own.get(part.dataset.section);
    const isBusy = section && (section.changed || section.running || section.state !== "saved");
    return known && !isBusy && Number(known.version) > Number(part.dataset.version);
  });
}

async function freshPage() {
  const response = await fetch(window.location.href, {
    credentials: "same-origin",
    redirect: "manual",
    headers: { Accept: "text/html", ...AUTOMATIC },
  });
  const page = response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
  const fresh = page?.querySelector("form[data-autosave]");
  return fresh?.dataset.person === form.dataset.person ? fresh : null;
}

async function follow(answer) {
  const old = stale(answer);
  const fresh = old.length ? await freshPage() : null;
  for (const part of fresh ? stale(answer) : []) {
    const copy = fresh.querySelector(`#${CSS.escape(part.id)}`);
    const known = answer.sections[part.dataset.section];
    if (!copy) {
      continue;
    }
    const section = own.get(part.dataset.section);
    if (section) {
      section.take(copy);
    } else {
      part.querySelector(".app-section__body").replaceWith(document.importNode(copy.querySelector(".app-section__body"), true));
      part.dataset.version = copy.dataset.version;
    }
    part.dataset.news = known.saved_by ? `${known.saved_by} changed this at ${known.saved_at}.` : "";
  }
}

function showWriters(answer) {
  for (const part of parts) {
    const here = answer.writing.filter((one) => one.section === part.dataset.section).map((one) => one.name);
    say(part, here.length ? `${here.join(" and ")} is writing in this section.` : part.dataset.news || "");
  }
}

async function look() {
  clearTimeout(timer);
  if (asking || document.visibilityState === "hidden") {
    return;
  }
  asking = true;
  try {
    const answer = await ask();
    if (answer) {
      const isShared = answer.shared ? "yes" : "no";
      if (isShared !== form.dataset.shared && !sections.some((section) => section.changed || section.running)) {
        // Nobody pressed anything: the address says so to the server, and is put right below
        window.location.replace(`${window.location.pathname}?followed`);
        return;
      }
      await follow(answer);
      showWriters(answer);
    }
  } catch {
    /* The save line tells of a lost connection */
  } finally {
    asking = false;
    timer = setTimeout(look, EVERY);
  }
}

form.addEventListener("input", (event) => {
  typedIn = event.target instanceof Element ? event.target.closest("[data-section]")?.dataset.section || "" : "";
  const wasStill = performance.now() - typedAt > STILL;
  typedAt = performance.now();
  if (wasStill) {
    look();
  }
});
document.addEventListener("visibilitychange", look);
look();
