/* Light or dark: as the system says, until the person says otherwise. */

const KEY = "theme";
const root = document.documentElement;
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

/**
 * Let a button change the colors, and take up what was chosen before.
 * @param {HTMLButtonElement} button
 */
export function startTheme(button) {
  const show = () => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `Use ${isDark() ? "light" : "dark"} colors`);
  };
  const kept = keptTheme();
  if (kept) root.dataset.theme = kept;
  button.addEventListener("click", () => {
    const chosen = isDark() ? "light" : "dark";
    root.dataset.theme = chosen;
    keepTheme(chosen);
    show();
  });
  systemIsDark.addEventListener("change", show);
  show();
}

function isDark() {
  const chosen = root.dataset.theme;
  return chosen ? chosen === "dark" : systemIsDark.matches;
}

function keptTheme() {
  try {
    return ["light", "dark"].find((name) => name === localStorage.getItem(KEY));
  } catch {
    return undefined; // a browser that keeps nothing for files
  }
}

/** @param {string} name */
function keepTheme(name) {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // The choice lasts as long as the page.
  }
}
