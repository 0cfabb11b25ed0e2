// "/" goes to Find: to the field on the page, else to the link that has it as its shortcut.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const fields = document.querySelectorAll('input[type="search"]');
  const place = fields[0] ?? document.querySelector('[aria-keyshortcuts="/"]');
  if (!place) return;
  event.preventDefault();
  if (place.matches("input")) place.focus();
  else place.click();
});
