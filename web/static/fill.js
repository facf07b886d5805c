// Looks at the open page again, soon while the first poll runs and now and then later, and puts in what is new.
// Nothing depends on it: without it the page is whole, and is simply as old as its last load.
"use strict";

(() => {
  const main = () => document.getElementById("main");
  // As the server wrote it: hiding a picture below is no news.
  let written = main()?.innerHTML;
  const told = (root) => new Set([...root.querySelectorAll("[data-story]")].map((card) => card.dataset.story));

  // What somebody is at must not be taken away: a focused link, or words being selected.
  const inUse = () => {
    const at = document.activeElement;
    const selection = getSelection();
    return (at !== main() && main().contains(at)) || (selection && !selection.isCollapsed);
  };

  // The first card in view stays where it is, however much arrives above it.
  const anchor = () => {
    const card = [...main().querySelectorAll("[data-story]")].find((one) => one.getBoundingClientRect().bottom > 0);
    return card && scrollY > 0 ? { story: card.dataset.story, top: card.getBoundingClientRect().top } : null;
  };

  const put = (fresh) => {
    const before = told(main());
    const held = anchor();
    const focused = document.activeElement === main();
    main().replaceWith(fresh);
    if (focused) fresh.focus({ preventScroll: true });
    const again = held && fresh.querySelector(`[data-story="${CSS.escape(held.story)}"]`);
    if (again) scrollBy({ top: again.getBoundingClientRect().top - held.top, behavior: "instant" });
    const line = document.getElementById("news");
    if (line && [...told(fresh)].some((story) => !before.has(story))) line.textContent = line.dataset.words;
  };

  const look = async () => {
    if (document.hidden || inUse()) return;
    const answer = await fetch(location.href, { cache: "no-cache", credentials: "same-origin" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
    if (!fresh || inUse() || fresh.innerHTML === written) return;
    written = fresh.innerHTML;
    put(document.adoptNode(fresh));
  };

  const wait = () => {
    const seconds = Number(main()?.dataset.refresh);
    if (seconds) setTimeout(() => look().catch(() => undefined).finally(wait), seconds * 1000);
  };

  // A picture that its outlet no longer gives leaves no hole, even where it failed before this script ran.
  const hide = (image) => image.closest?.(".picture")?.setAttribute("hidden", "");
  document.addEventListener("error", (event) => hide(event.target), true);
  for (const image of document.querySelectorAll(".picture img")) if (image.complete && !image.naturalWidth) hide(image);

  wait();
})();
