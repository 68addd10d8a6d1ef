// A button with a panel that opens below it; the browser's own popover closes it on Escape and on a click elsewhere.
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

export interface MenuProps {
  readonly id: string;
  readonly label: ComponentChildren;
  readonly hint: string;
  readonly children: ComponentChildren;
  readonly quiet?: boolean;
}

/** Closes the menu an element is in. */
export const closeMenu = (element: Element | null): void => (element?.closest('[popover]') as HTMLElement | null)?.hidePopover();

export const Menu = ({ id, label, hint, children, quiet = false }: MenuProps) => {
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const settle = (event: { readonly newState: string }): void => {
    const [at, own] = [button.current?.getBoundingClientRect(), panel.current];
    if (event.newState !== 'open' || at === undefined || own === null) return;
    own.style.top = `${at.bottom + 6}px`;
    own.style.left = `${Math.max(8, Math.min(at.left, innerWidth - own.offsetWidth - 8))}px`;
    own.querySelector<HTMLElement>('button, input, select')?.focus();
  };
  return (
    <>
      <button ref={button} type="button" class={quiet ? 'quiet' : ''} popovertarget={id} title={hint} aria-haspopup="dialog">{label}</button>
      <div ref={panel} id={id} popover="auto" role="dialog" aria-label={hint} class="menu" onToggle={settle}>{children}</div>
    </>
  );
};
