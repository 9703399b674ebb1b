// Dark or light: as the system says, until the reader chooses. A classic script in the head: what was chosen holds
// before anything is painted.

{
  const NEXT = { auto: "light", light: "dark", dark: "auto" };
  const root = document.documentElement;

  const apply = (theme) => {
    root.dataset.theme = theme;
    const button = document.getElementById("theme");
    if (!button) return;
    button.textContent = { auto: "◐", light: "☀", dark: "☾" }[theme];
    button.title = `Colours: ${theme}`;
    button.setAttribute("aria-label", `Colours: ${theme}; change to ${NEXT[theme]}`);
  };

  const chosen = () => {
    try {
      const theme = localStorage.getItem("theme");
      return theme in NEXT ? theme : "auto";
    } catch {
      return "auto";  // A browser that keeps nothing.
    }
  };

  apply(chosen());
  document.addEventListener("DOMContentLoaded", () => {
    apply(root.dataset.theme);
    document.getElementById("theme").addEventListener("click", () => {
      apply(NEXT[root.dataset.theme]);
      try {
        localStorage.setItem("theme", root.dataset.theme);
      } catch {
        // Then it holds as long as the page is open.
      }
    });
  });
}
