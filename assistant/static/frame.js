// What the chat page does beyond the chat component: names and focus for people who do not see it, the
// finished answer read out once and shown from its beginning, copying with source and caveats, feedback,
// printing, and a few words with the page around it. Every word it says comes from the wording table.
(() => {
  "use strict";
  const say = JSON.parse(document.getElementById("faq-texts").textContent);
  const query = new URLSearchParams(location.search);
  const framed = window.parent !== window;
  const status = element("div", "faq-status", "");
  const waiting = element("p", "faq-wait", "");
  const REASONS = ["not_my_question", "hard_to_understand", "too_little", "looks_wrong", "other"];
  const WAIT_MS = 1500;
  const AWAY_MS = 12000;
  const known = new WeakSet();
  let announced = "";
  let timer = 0;
  let opened = false;

  function element(tag, name, words) {
    const made = document.createElement(tag);
    made.className = name;
    made.textContent = words;
    if (tag === "button") made.type = "button";
    return made;
  }

  const box = () => document.querySelector("#faq-question textarea");

  // Emptied first, so that the same words are read out again.
  function tell(...parts) {
    status.replaceChildren();
    setTimeout(() => status.replaceChildren(...parts), 30);
  }

  // The words of an element in a voice of their language.
  function spoken(node) {
    const part = element("span", "", `${node.textContent} `);
    part.lang = node.closest("[lang]").lang;
    return part;
  }

  // ------------------------------------------------------------------ names that the component lacks
  function label(root) {
    const log = root.querySelector('[role="log"]');
    if (log) { set(log, "aria-live", "off"); set(log, "aria-label", say.conversation); set(log, "tabindex", "0"); }
    const main = root.querySelector("main");
    if (main) set(main, "aria-label", document.title);
    root.querySelectorAll('[data-testid="bot"], [data-testid="user"]').forEach((node) => {
      set(node, "role", "group");
      set(node, "aria-label", node.dataset.testid === "bot" ? say.answer : say.your_question);
    });
    root.querySelectorAll('.examples[role="list"], .examples[role="group"]').forEach((node) => {
      set(node, "role", "group");
      set(node, "aria-label", say.examples);
      quoted(node);
    });
    root.querySelectorAll(".options").forEach((node) => {
      set(node, "role", "group");
      set(node, "aria-label", say.follow_ups);
      set(node, "data-say", say.follow_ups);
      quoted(node);
    });
    root.querySelectorAll(".faq-answer a[target]").forEach((node) => set(node, "title", say.new_window));
    // The component's alerts are hidden: what they mean is said in words of the table.
    root.querySelectorAll('[data-testid="toast-text"]').forEach((node) => {
      if (known.has(node)) return;
      known.add(node);
      stopWaiting();
      const told = node.textContent.trim();
      const own = [say.crisis, say.emergency, say.busy, say.unavailable, say.too_long];
      notice(own.includes(told) ? told : /currently busy/.test(told) ? say.busy : say.unavailable);
    });
    const typed = box();
    if (typed) set(typed, "aria-label", say.your_question);
  }

  // Staff write questions in the language of the documents.
  function quoted(group) {
    group.querySelectorAll("button").forEach((button) => set(button, "lang", say.quotes_in));
  }

  function set(node, name, value) {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }

  // ------------------------------------------------------------------ tools below an answer
  function citation(card) {
    const said = [...card.querySelectorAll(":scope > .faq-wording")].map((node) => node.textContent);
    return [...card.querySelectorAll("figure")].map((figure) => {
      const words = figure.querySelector("blockquote").textContent;
      const link = figure.querySelector("a.faq-source");
      const about = ["faq-title", "faq-speaker", "faq-facts"]
        .map((name) => figure.querySelector(`.${name}`))
        .filter(Boolean).map((node) => node.textContent);
      const mark = figure.classList.contains("faq-caveat") ? `${say.caveat_label}\n` : "";
      return `${mark}“${words}”` + (about.length ? `\n— ${about.join(". ")}` : "") + (link ? `\n${link.href}` : "");
    }).concat(said).join("\n\n");
  }

  async function copy(button) {
    const words = citation(button.closest(".faq-card"));
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      // Without permission (plain http, an older frame) the old way still works.
      const area = element("textarea", "faq-status", words);
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = say.copied;
    tell(say.copied);
    setTimeout(() => { button.textContent = say.copy; }, 2000);
  }

  async function send(tools, helpful, reason, text = "") {
    const [receipt, ...passages] = tools.closest(".faq-answer").querySelector(".faq-ref").textContent.split(" ");
    const body = { receipt, helpful, reason, passage_ids: passages.slice(0, 10), ...(text && { text }) };
    let sent = false;
    try {
      const request = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
      sent = (await fetch("/v1/feedback", request)).ok;
    } catch { /* said below */ }
    const thanks = element("p", "faq-thanks", sent ? say.thanks : say.not_sent);
    thanks.tabIndex = -1;
    tools.replaceChildren(thanks);
    thanks.focus();
  }

  function ask(tools, words, choices) {
    const group = element("div", "faq-choices", "");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", words);
    group.append(element("span", "faq-ask", words), ...choices.map(([text, chosen]) => {
      const button = element("button", "faq-choice", text);
      button.addEventListener("click", chosen);
      return button;
    }));
    tools.replaceChildren(group);
    return group;
  }

  // A reason first; a box for words only where the site takes any, with the warning above it.
  function explain(tools, reason) {
    if (!say.takes_text) { send(tools, false, reason); return; }
    const group = ask(tools, say.add_words, [[say.send, () => send(tools, false, reason, area.value.trim())]]);
    const area = element("textarea", "faq-own-words", "");
    const warning = element("span", "faq-no-names", say.no_names);
    area.maxLength = 500;
    area.rows = 2;
    warning.id = "faq-no-names";
    area.setAttribute("aria-label", say.add_words);
    area.setAttribute("aria-describedby", warning.id);
    group.querySelector(".faq-ask").after(warning, area);
    area.focus();
  }

  function equip(answer) {
    answer.querySelectorAll(".faq-card").forEach((card) => {
      if (card.querySelector(".faq-copy") || !card.querySelector("blockquote")) return;
      const button = element("button", "faq-copy", say.copy);
      button.addEventListener("click", () => copy(button));
      card.append(button);
    });
    if (!answer.querySelector(".faq-ref") || answer.querySelector(".faq-tools")) return;
    const tools = element("div", "faq-tools", "");
    answer.append(tools);
    ask(tools, say.helpful, [
      [say.yes, () => send(tools, true, null)],
      [say.no, () => ask(tools, say.why_not, REASONS.map((reason) =>
        [say[`reason.${reason}`], () => explain(tools, reason)])).querySelector("button").focus()],
    ]);
  }

  // ------------------------------------------------------------------ a new answer
  const turnOf = (node) => node?.closest('[class^="faq-turn-"]')?.className || "";

  function announce() {
    const shown = document.querySelectorAll(".faq-answer");
    const last = shown[shown.length - 1];
    const turn = turnOf(last);
    shown.forEach(equip);
    // Turns are numbered: a conversation of twenty grows no longer, and two answers may be alike.
    if (turn === announced) return;
    announced = turn;
    // Who is reading an earlier answer, or the page around, stays there.
    if (opened && document.hasFocus() && !document.activeElement?.closest(".faq-answer")) {
      box()?.focus({ preventScroll: true });
    }
    if (!last) return;
    stopWaiting();
    tell(...[...last.querySelectorAll("p, blockquote, figcaption > span, cite, li, summary")]
      .filter((node) => !node.closest(".faq-more") || node.tagName === "SUMMARY").map(spoken));
    const asked = document.querySelectorAll(".faq-asked");
    // After the chat has drawn the answer; before that its own layout would undo the scrolling.
    setTimeout(() => reveal(asked[asked.length - 1] || last), 60);
  }

  // Only the conversation moves, never the page around it.
  function reveal(node) {
    const log = node.closest('[role="log"]');
    if (log) log.scrollTop += node.getBoundingClientRect().top - log.getBoundingClientRect().top - 12;
  }

  function wait() {
    clearTimeout(timer);
    waiting.textContent = "";
    timer = setTimeout(() => {
      notice(say.waiting);
      timer = setTimeout(() => notice(say.unavailable), AWAY_MS);
    }, WAIT_MS);
  }

  function notice(words) {
    waiting.textContent = words;
    tell(words);
  }

  function stopWaiting() {
    clearTimeout(timer);
    waiting.textContent = "";
  }

  // ------------------------------------------------------------------ the page around, and what it asked for
  function open() {
    const typed = box();
    const title = document.querySelector("#faq-title");
    if (!typed || !title || opened) return;
    opened = true;
    document.querySelector("#faq-question").before(waiting);
    title.after(element("h2", "faq-print-title", say.print_title));
    const question = query.get("q");
    if (question && !typed.value) {
      typed.value = question.slice(0, 500);
      typed.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (framed) window.parent.postMessage({ quotedFaq: "ready" }, "*");
  }

  function colour() {
    const accent = query.get("accent");
    if (!/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(accent || "")) return;
    const full = accent.length === 4 ? accent.replace(/[0-9a-f]/gi, "$&$&") : accent;
    // Relative luminance, WCAG 2.2; black words from where they contrast more than white ones.
    const light = [1, 3, 5].map((at) => parseInt(full.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, n) => sum + part * [0.2126, 0.7152, 0.0722][n], 0);
    const style = document.documentElement.style;
    style.setProperty("--faq-accent", full);
    style.setProperty("--faq-on-accent", light > 0.179 ? "#000" : "#fff");
  }

  function unfold() {
    document.querySelectorAll("details.faq-more").forEach((fold) => { fold.open = true; });
  }

  function start() {
    status.setAttribute("role", "status");
    document.body.append(status);
    document.documentElement.classList.toggle("faq-framed", framed);
    colour();
    new MutationObserver(() => { label(document); announce(); open(); })
      .observe(document.body, { childList: true, subtree: true });
    label(document);
    // The component sets its own language, that of the browser.
    const language = () => set(document.documentElement, "lang", say.language);
    new MutationObserver(language).observe(document.documentElement, { attributeFilter: ["lang"] });
    language();
    document.addEventListener("keydown", (event) => {
      // A key that ends the composing of a character is nobody else's.
      if (event.isComposing || event.defaultPrevented) return;
      if (event.key === "Escape" && framed) window.parent.postMessage({ quotedFaq: "close" }, "*");
      if (event.key === "Enter" && !event.shiftKey && event.target === box() && box().value.trim()) wait();
    });
    document.addEventListener("click", (event) => {
      if (event.target.closest("#faq-print")) { unfold(); window.print(); }
      if (event.target.closest(".submit-button, .examples button, .options button")) wait();
    });
    window.addEventListener("beforeprint", unfold);
    window.addEventListener("message", (event) => {
      if (framed && event.source === window.parent && event.data?.quotedFaq === "focus") box()?.focus();
    });
    open();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
