// Quoted FAQ on any page: <script src="https://faq.example.org/widget.js" async></script>
// A button; behind it the chat of this script's own server, in a frame that loads with the first opening.
(() => {
  const SITE_LANGUAGE = "en"; // the server writes its own here
  const TEXTS = {
    en: { title: "Ask our documents", close: "Close", wait: "One moment…", again: "Try again",
      away: "The chat cannot be reached right now.", link: "Open the chat in a new window" },
    es: { title: "Pregunte a nuestros documentos", close: "Cerrar", wait: "Un momento…", again: "Intentar de nuevo",
      away: "Ahora no se puede abrir el chat.", link: "Abrir el chat en otra ventana" },
  };
  // A server that is away still "loads" an error page: what tells it is that the chat never says "ready".
  const AWAY_AFTER = { load: 4000, nothing: 15000 }; // milliseconds

  const script = document.currentScript;
  if (!script) return; // loaded as a module, which has no attributes
  const data = script.dataset;
  const one = (value, pattern, otherwise) => (pattern.test(value) ? value : otherwise);
  const text = TEXTS[one(data.language, /^(en|es)$/, SITE_LANGUAGE)], title = data.title || text.title;
  const theme = one(data.theme, /^(light|dark)$/, "system");
  const accent = one(data.accent, /^#([\da-f]{3}|[\da-f]{6})$/i);
  const chat = new URL(text === TEXTS[SITE_LANGUAGE] ? "chat/" : `chat/${data.language}/`, script.src);
  chat.search = `__theme=${theme}` + (accent ? `&accent=${encodeURIComponent(accent)}` : "")
    + (data.question ? `&q=${encodeURIComponent(data.question)}` : "");
  const narrow = matchMedia("(max-width: 480px), (max-height: 420px)");

  function make(tag, attributes = {}, ...children) {
    const drawn = /^(svg|path)$/.test(tag);
    const node = document.createElementNS(`http://www.w3.org/${drawn ? "2000/svg" : "1999/xhtml"}`, tag);
    for (const name in attributes) node.setAttribute(name, attributes[name]);
    node.append(...children);
    return node;
  }
  const icon = (d) => make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, make("path", { d }));

  function start() {
    const place = find(data.target), parent = place || document.body;
    if (parent.querySelector(":scope > quoted-faq")) return; // the script stands on the page twice
    const host = make("quoted-faq"), root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(), still = new CSSStyleSheet();
    sheet.replaceSync(style(place, one(data.position, /^(left|right)$/,
      getComputedStyle(parent).direction === "rtl" ? "left" : "right")));
    still.replaceSync("@media screen { html { overflow: hidden !important } }");
    root.adoptedStyleSheets = [sheet];

    const frame = make("iframe", { title, allow: "clipboard-write", referrerpolicy: "no-referrer", sandbox:
      "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals" });
    const note = make("div", { class: "note", role: "status" }), room = make("div", { class: "room" }, note);
    const button = make("button", { class: "open", type: "button", "aria-haspopup": "dialog" },
      icon("M4 5h16v11h-9l-5 4v-4H4zM8 9h8M8 12h5"), make("span", {}, title));
    const cross = make("button", { type: "button", "aria-label": text.close }, icon("M6 6l12 12M18 6L6 18"));
    const dialog = make("dialog", { "aria-label": title }, make("header", {}, make("span", {}, title), cross), room);
    const again = make("button", { type: "button" }, text.again);
    const link = make("a", { href: chat.href, target: "_blank", rel: "noopener" }, text.link);
    let state = "new", timer;

    function load() {
      state = "wait";
      note.replaceChildren(text.wait);
      note.hidden = frame.hidden = false;
      frame.src = chat.href;
      if (!frame.isConnected) room.prepend(frame);
      giveUpIn(AWAY_AFTER.nothing);
    }
    function giveUpIn(milliseconds) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        state = "away";
        frame.hidden = true;
        note.replaceChildren(make("strong", {}, text.away), data.contact || "", again, link);
      }, milliseconds);
    }
    function focusBox() {
      frame.focus();
      frame.contentWindow.postMessage({ quotedFaq: "focus" }, chat.origin);
    }
    function hear({ origin, source, data: said }) {
      if (origin !== chat.origin || source !== frame.contentWindow || !source) return;
      if (said?.quotedFaq === "close") dialog.close();
      if (said?.quotedFaq !== "ready") return;
      clearTimeout(timer);
      state = "ready";
      note.hidden = true;
      frame.hidden = false;
      // Who went on with the page meanwhile is not called back.
      if (dialog.open && [host, document.body].includes(document.activeElement)) focusBox();
    }
    const lock = (on) => (document.adoptedStyleSheets =
      [...document.adoptedStyleSheets.filter((other) => other !== still), ...(on ? [still] : [])]);
    function show() {
      dialog.close();
      dialog.setAttribute("aria-modal", narrow.matches);
      dialog[narrow.matches ? "showModal" : "show"](); // as a modal it makes the page behind inert
      lock(narrow.matches);
      button.hidden = true;
      if (state === "ready") focusBox();
      else if (state !== "wait") load();
    }

    addEventListener("message", hear);
    frame.addEventListener("load", () => state === "wait" && giveUpIn(AWAY_AFTER.load));
    again.addEventListener("click", load);
    button.addEventListener("click", show);
    cross.addEventListener("click", () => dialog.close());
    narrow.addEventListener("change", () => dialog.open && show());
    // A key or a close in another field of the page is that field's own.
    const here = () => [host, document.body].includes(document.activeElement);
    document.addEventListener("keydown", (event) =>
      event.key === "Escape" && !event.defaultPrevented && !event.isComposing && here() && dialog.close());
    dialog.addEventListener("close", () => {
      if (dialog.open) return; // opened anew in the other shape
      lock(false);
      button.hidden = false;
      if (here()) button.focus();
    });
    root.append(make("section", { "aria-label": title, lang: text === TEXTS.es ? "es" : "en", dir: "ltr" },
      ...(place ? [room] : [button, dialog])));
    parent.append(host);
    const watch = new IntersectionObserver(([{ isIntersecting }]) => {
      if (isIntersecting && state === "new") load();
    }, { rootMargin: "200px" });
    if (place) watch.observe(host);
  }

  function find(target) {
    try {
      return target && document.querySelector(target);
    } catch { /* no selector: the button does as well */ }
  }

  function style(inline, side) {
    const colour = accent || "#0f766e";
    const [red, green, blue] = colour.replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3").match(/\w\w/g)
      .map((pair) => (parseInt(pair, 16) / 255) ** 2.2);
    // Black or white, whichever stands out more: both contrast alike at a luminance of .179 (WCAG 2.2).
    const onColour = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
    const dark = ":host { --ink: #f1f5f9; --quiet: #cbd5e1; --paper: #0f172a; --line: #334155; color-scheme: dark }";
    return `
:host { all: initial !important; display: block !important; color-scheme: light;
  --ink: #0f172a; --quiet: #475569; --paper: #fff; --line: #e2e8f0; --gap: max(20px, env(safe-area-inset-bottom));
  ${inline ? "height: 100% !important" : "position: fixed !important; z-index: 2147483647 !important"} }
${theme === "dark" ? dark : theme === "light" ? "" : `@media (prefers-color-scheme: dark) { ${dark} }`}
* { box-sizing: border-box; font: inherit }
[hidden] { display: none !important }
section { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; color: var(--ink) }
button { display: inline-flex; align-items: center; justify-content: center; gap: 10px; min-width: 44px;
  min-height: 44px; padding: 0 18px; border: 1px solid var(--line); border-radius: 22px; background: none;
  color: inherit; cursor: pointer }
svg { width: 22px; flex: none; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round;
  stroke-linejoin: round }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; box-shadow: 0 0 0 2px var(--paper) }
.open { position: fixed; ${side}: var(--gap); bottom: var(--gap); max-width: calc(100vw - 40px); min-height: 52px;
  border-color: transparent; border-radius: 26px; background: ${colour}; color: ${onColour}; font-weight: 600;
  text-align: start; box-shadow: 0 1px 4px #0002, 0 6px 20px #0003 }
dialog { position: fixed; inset: auto; ${side}: var(--gap); bottom: var(--gap); width: 420px; margin: 0; padding: 0;
  height: min(720px, 100vh - 40px); overflow: hidden; border: 1px solid var(--line); border-radius: 16px;
  background: var(--paper); color: inherit; box-shadow: 0 2px 8px #0001, 0 12px 40px #0003 }
dialog[open], section:not(:has(dialog)) { display: flex; flex-direction: column }
section:not(:has(dialog)) { height: 100%; min-height: min(640px, 85vh) }
header { display: flex; align-items: center; padding: 6px 6px 6px 20px; border-bottom: 1px solid var(--line);
  font-weight: 600 }
header button { margin-inline-start: auto; padding: 0; border-color: transparent }
.room { position: relative; flex: 1 }
iframe, .note { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; background: var(--paper) }
.note { display: grid; place-content: center; justify-items: center; gap: 12px; padding: 24px; text-align: center;
  color: var(--quiet); white-space: pre-line }
strong { font-weight: 600; color: var(--ink) }
a { padding: 10px; color: inherit }
@media ${narrow.media} { dialog { inset: 0; width: 100%; height: 100dvh; max-width: none; max-height: none;
  border: 0; border-radius: 0; padding: env(safe-area-inset-top) 0 env(safe-area-inset-bottom) } }
@media (prefers-reduced-motion: no-preference) { dialog { animation: rise .2s ease-out } }
@keyframes rise { from { opacity: 0; transform: translateY(12px) } }
@media print { :host { display: none !important } }`;
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
