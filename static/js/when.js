/* Hides a section that stands on the form only while a field has a certain value. What holds something stays in sight. */

/** Whether somebody typed or chose anything in a section. */
function holdsSomething(section) {
  return [...section.querySelectorAll("input:not([type=hidden]), textarea, select")].some((input) =>
    input.type === "radio" || input.type === "checkbox" ? input.checked : input.value.trim() !== "",
  );
}

function update() {
  for (const section of document.querySelectorAll("[data-when-name]")) {
    const inputs = [...document.querySelectorAll(`[name="${CSS.escape(section.dataset.whenName)}"]`)];
    if (!inputs.length) {
      continue;
    }
    const met = inputs.some((input) => input.checked && input.value === section.dataset.whenEquals);
    section.hidden = !met && !holdsSomething(section);
    const link = document.querySelector(`.app-contents__item a[href="#${CSS.escape(section.id)}"]`);
    if (link) {
      link.parentElement.hidden = section.hidden;
    }
  }
}

document.addEventListener("change", update);
update();
