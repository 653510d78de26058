/** "Ask us" opens the chat on this page; without the widget the link leads to the chat's own page. */
for (const link of document.querySelectorAll("[data-ask]")) {
  link.addEventListener("click", (event) => {
    if (!window.Firstline?.open) return;
    event.preventDefault();
    window.Firstline.open({});
  });
}
