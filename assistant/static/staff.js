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
}

new MutationObserver(mend).observe(document.documentElement, { childList: true, subtree: true });
