// What Gradio leaves out for who listens to the page or uses no mouse; nothing here changes a word.
"use strict";

const REGION = ".staff-wide:not([tabindex])";

function mend() {
  // Its Markdown lets no such attribute through.
  for (const box of document.querySelectorAll(REGION)) {
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", box.title);
    box.removeAttribute("title");
  }
  // A group of choices is named by its question, which stands in it as plain text.
  for (const group of document.querySelectorAll("fieldset:not([aria-label])")) {
    const question = group.querySelector("[data-testid='block-info']");
    if (question) group.setAttribute("aria-label", question.textContent.trim());
  }
  // Every link of its Markdown opens a new window; who leaves wants this one closed.
  for (const link of document.querySelectorAll("#staff-leave a[target]")) link.removeAttribute("target");
  // An arrow beside the name of a part that opens; whether it is open is said by the button itself.
  for (const arrow of document.querySelectorAll(".label-wrap .icon:not([aria-hidden])")) arrow.ariaHidden = "true";
}

new MutationObserver(mend).observe(document.documentElement, { childList: true, subtree: true });
