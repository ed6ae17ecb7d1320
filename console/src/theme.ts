/** The two themes, in the colours of the logo, and the choice between them. */
import { createDarkTheme, createLightTheme } from '@fluentui/react-components';
import type { BrandVariants, Theme } from '@fluentui/react-components';
import { useSyncExternalStore } from 'react';

const brand: BrandVariants = {
  10: '#02120b',
  20: '#0a2318',
  30: '#0d3624',
  40: '#0f442d',
  50: '#115237',
  60: '#135d40',
  70: '#14684a',
  80: '#17734f',
  90: '#2b8f6a',
  100: '#429d7a',
  110: '#5aab8b',
  120: '#72b99c',
  130: '#8cc8af',
  140: '#a8d7c3',
  150: '#c5e6d9',
  160: '#e2f4ec',
};

const light: Theme = {
  ...createLightTheme(brand),
  colorBrandForeground1: brand[70],
  colorBrandForegroundLink: brand[70],
  // Of badges: as quiet as each other.
  colorPaletteYellowBackground1: '#fffbe6',
  colorPaletteYellowForeground1: '#6f6300',
  colorPaletteYellowBorder1: '#e6d98c',
  colorPaletteBlueBackground2: '#eaf3fc',
  colorPaletteBlueForeground2: '#0f4f8a',
  colorPaletteBlueBorderActive: '#b7d4f0',
};
const dark: Theme = {
  ...createDarkTheme(brand),
  colorBrandForeground1: brand[120],
  colorBrandForeground2: brand[130],
  colorBrandForegroundLink: brand[120],
  colorNeutralBackground4: '#383838',
  colorPaletteGreenBackground1: '#1b3626',
  colorPaletteGreenForeground1: '#86d3a0',
  colorPaletteGreenBorder1: '#2f5c41',
  colorPaletteRedBackground1: '#432224',
  colorPaletteRedForeground1: '#f09a9c',
  colorPaletteRedBorder1: '#70393c',
  colorPaletteYellowBackground1: '#3b3414',
  colorPaletteYellowForeground1: '#f0dc80',
  colorPaletteYellowBorder1: '#675a22',
  colorPaletteBlueBackground2: '#1a3149',
  colorPaletteBlueForeground2: '#9fcbf3',
  colorPaletteBlueBorderActive: '#2d5479',
};

export type Appearance = 'system' | 'light' | 'dark';

const KEY = 'vivarium-appearance';
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function readAppearance(): Appearance {
  return (localStorage.getItem(KEY) as Appearance | null) ?? 'system';
}

export function setAppearance(appearance: Appearance): void {
  localStorage.setItem(KEY, appearance);
  for (const listener of listeners) listener();
}

export function useAppearance(): Appearance {
  return useSyncExternalStore(subscribe, readAppearance);
}

export function useTheme(): Theme {
  const isDark = useSyncExternalStore(subscribe, isDarkNow);
  document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
  return isDark ? dark : light;
}

function isDarkNow(): boolean {
  const appearance = readAppearance();
  return appearance === 'dark' || (appearance === 'system' && prefersDark.matches);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  prefersDark.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    prefersDark.removeEventListener('change', listener);
  };
}
