// Names and focus that the chat component lacks: a message gets a short label instead of its source,
// the box its name, and a finished answer is read out once and shown from its beginning.
(() => {
  const status = document.createElement("div");
  status.setAttribute("role", "status");
  status.className = "faq-status";
  let announced = 0;

  function label(root) {
    const log = root.querySelector('[role="log"]');
    if (log) { log.setAttribute("aria-live", "off"); log.tabIndex = 0; }
    root.querySelectorAll('[aria-label^="bot\'s message"], [aria-label^="user\'s message"]').forEach((node) => {
      const bot = node.getAttribute("aria-label").startsWith("bot");
      node.setAttribute("role", "group");
      node.setAttribute("aria-label", bot ? "Answer" : "Your question");
    });
    root.querySelectorAll('.examples[role="list"]').forEach((node) => {
      node.setAttribute("role", "group");
      node.setAttribute("aria-label", "Example questions");
    });
    const box = root.querySelector("#faq-question textarea");
    if (box && !box.getAttribute("aria-label")) box.setAttribute("aria-label", box.placeholder);
  }

  function announce() {
    const answers = document.querySelectorAll(".faq-answer");
    if (answers.length > announced) {
      const last = answers[answers.length - 1];
      status.textContent = last.innerText;
      const asked = document.querySelectorAll(".faq-asked");
      // After the chat has drawn the answer; before that its own layout would undo the scrolling.
      setTimeout(() => (asked[asked.length - 1] || last).scrollIntoView({ block: "start" }), 60);
      const box = document.querySelector("#faq-question textarea");
      if (box) box.focus({ preventScroll: true });
    }
    announced = answers.length;
  }

  function start() {
    document.body.append(status);
    new MutationObserver(() => { label(document); announce(); })
      .observe(document.body, { childList: true, subtree: true });
    label(document);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
