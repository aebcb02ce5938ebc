// Parts of the theme are called by a label that is not what they show, or have none: whoever hears the
// page finds them by these names.
addEventListener("DOMContentLoaded", () => {
  const mislabelled = "summary[aria-label='Toggle hidden content'], .search-button-field";
  for (const part of document.querySelectorAll(mislabelled)) part.removeAttribute("aria-label");
  for (const toggle of document.querySelectorAll("nav summary")) {
    if (!toggle.textContent.trim()) toggle.setAttribute("aria-label", "Pages below this one");
  }
});
