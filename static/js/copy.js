/* Buttons that copy what stands in a field. Without scripts they are not shown: one selects and copies by hand. */

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const said = document.querySelector(`[data-copied="${button.dataset.copy}"]`);
  button.hidden = !field;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "Copied";
    } catch {
      said.textContent = "Select it and copy it by hand";
    }
  });
}
