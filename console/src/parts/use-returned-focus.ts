/** Where the focus goes when a drawer closes: back to what opened it, also through the form that came in its place. */
import { useEffect, useState } from 'react';

/** What the first of several drawers, one in place of the other, was opened with. */
let outside: HTMLElement | null = null;

function findOpener(): HTMLElement | null {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement)) return null;
  const isWithin = activeElement.closest('[role="dialog"], [role="alertdialog"]') !== null;
  if (activeElement !== document.body && !isWithin) outside = activeElement;
  return activeElement;
}

/** @param onClose for Escape, while the focus is nowhere: in the drawer it has a listener of its own */
export function useReturnedFocus(onClose: () => void): void {
  const [opener] = useState(findOpener);
  useEffect(
    () => () => {
      requestAnimationFrame(() => {
        if (!isLost()) return;
        const place = [opener, outside].find((one) => one !== document.body && one?.isConnected);
        (place ?? document.getElementById('main'))?.focus();
      });
    },
    [opener],
  );
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented && isLost()) onClose();
    };
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  });
}

function isLost(): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body;
}
