// Light, dark, or as the system has it: the choice is kept in this browser.
import { useState } from 'preact/hooks';

type Theme = 'auto' | 'light' | 'dark';
const order: readonly Theme[] = ['auto', 'light', 'dark'];

const stored = (): Theme => order.find((theme) => theme === localStorage.getItem('theme')) ?? 'auto';

const apply = (theme: Theme): void => {
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
};

apply(stored());

export const ThemeButton = () => {
  const [theme, setTheme] = useState(stored());
  const next = order[(order.indexOf(theme) + 1) % order.length] ?? 'auto';
  const turn = (): void => {
    localStorage.setItem('theme', next);
    apply(next);
    setTheme(next);
  };
  return (
    <button type="button" class="quiet" onClick={turn} title={`Theme: ${theme}`} aria-label={`Theme: ${theme}, change to ${next}`}>
      <span aria-hidden="true">{theme === 'auto' ? '◐' : theme === 'light' ? '○' : '●'}</span>
    </button>
  );
};
