/* "Add another": copies the last row of a list of rows. Without scripts the button sends the form instead. */

function renumbered(value, from, to) {
  return value.replace(new RegExp(`(^|[-_])${from}(?=[-_])`), `$1${to}`);
}

function copyOf(row) {
  const from = Number(row.dataset.row);
  const to = from + 1;
  const copy = row.cloneNode(true);
  copy.dataset.row = String(to);
  copy.querySelectorAll(".govuk-error-message").forEach((error) => error.remove());
  copy.querySelectorAll(".govuk-form-group--error").forEach((group) => group.classList.remove("govuk-form-group--error"));
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of ["id", "name", "for", "aria-describedby", "aria-controls", "list"]) {
      if (element.hasAttribute(name)) {
        element.setAttribute(name, renumbered(element.getAttribute(name), from, to));
      }
    }
    element.removeAttribute("aria-invalid");
    for (const kind of ["govuk-input--error", "govuk-textarea--error", "govuk-select--error"]) {
      element.classList.remove(kind);
    }
  }
  for (const input of copy.querySelectorAll("input, textarea, select")) {
    if (["checkbox", "radio"].includes(input.type)) {
      input.checked = false;
    } else if (input.tagName === "SELECT") {
      input.selectedIndex = 0;
    } else {
      input.value = "";
      input.defaultValue = "";
    }
  }
  const number = copy.querySelector("[data-row-number]");
  if (number) {
    number.textContent = String(to + 1);
  }
  return copy;
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-add-row]") : null;
  const list = button && document.getElementById(button.dataset.addRow);
  const last = list ? [...list.querySelectorAll("[data-row]")].pop() : null;
  if (!last) {
    return;
  }
  event.preventDefault();
  const copy = copyOf(last);
  last.after(copy);
  const total = list.querySelector("input[name$='TOTAL_FORMS']");
  if (total) {
    total.value = String(Number(copy.dataset.row) + 1);
  }
  copy.querySelector("input:not([type=hidden]), textarea, select")?.focus();
});
