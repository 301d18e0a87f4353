/* Starts what each page needs. Nothing here is needed for a page to do its job. */

import { initAll } from "govuk-frontend";

/** Open every folded section around an element, or the one that it holds, so that a link or the focus can land there. */
function unfold(element) {
  const held = element?.querySelector(":scope > details.app-section");
  if (held) {
    held.open = true;
  }
  for (let fold = element?.closest("details:not([open])"); fold; fold = fold.parentElement?.closest("details:not([open])")) {
    fold.open = true;
  }
}

function unfoldTarget(hash) {
  if (hash.length > 1) {
    unfold(document.getElementById(decodeURIComponent(hash.slice(1))));
  }
}

document.addEventListener(
  "click",
  (event) => {
    const link = event.target instanceof Element && event.target.closest('a[href^="#"]');
    if (link) {
      unfoldTarget(link.getAttribute("href"));
    }
  },
  true,
);
document.addEventListener("invalid", (event) => unfold(event.target), true);
window.addEventListener("hashchange", () => unfoldTarget(window.location.hash));
unfoldTarget(window.location.hash);

/* Everything folded away is printed, too */
const foldedForPrint = new Set();
window.addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details:not([open])")) {
    foldedForPrint.add(fold);
    fold.open = true;
  }
});
window.addEventListener("afterprint", () => {
  for (const fold of foldedForPrint) {
    fold.open = false;
  }
  foldedForPrint.clear();
});

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

initAll();

async function startOnDemand(selector, load) {
  if (document.querySelector(selector)) {
    await load();
  }
}

/* Until it says "started", a button still does what it does without scripts */
Promise.allSettled([
  startOnDemand('[data-module="moj-sortable-table"]', async () => {
    const { SortableTable } = await import("sortable-table");
    for (const table of document.querySelectorAll('[data-module="moj-sortable-table"]')) {
      new SortableTable(table);
    }
  }),
  startOnDemand("form[data-autosave]", () => import("autosave")),
  startOnDemand("form[data-presence-url]", () => import("together")),
  startOnDemand("[data-when-name]", () => import("when")),
  startOnDemand("[data-balance]", () => import("balance")),
  startOnDemand("[data-add-row]", () => import("add-row")),
  startOnDemand("datalist[data-people]", () => import("people")),
  startOnDemand("[data-copy]", () => import("copy")),
  startOnDemand("[data-step-timer]", () => import("step-timer")),
  startOnDemand("[data-poll]", () => import("poll")),
  startOnDemand("[data-sign-in-life]", () => import("sign-in-life")),
  startOnDemand("form[data-passkey]", () => import("passkey")),
]).then((starts) => {
  document.documentElement.dataset.scripts = "started";
  for (const { reason } of starts.filter(({ status }) => status === "rejected")) {
    reportError(reason);
  }
});
