/** Ctrl K: every page and every action by a few letters of its name. */
import {
  Dialog,
  DialogBody,
  DialogSurface,
  Input,
  makeStyles,
  mergeClasses,
  Text,
  tokens,
} from '@fluentui/react-components';
import { SearchRegular } from '@fluentui/react-icons/svg/search';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { control, forgetTokens } from '../api/server.ts';
import { useRefreshAll, useSandbox } from '../api/status.ts';
import { texts } from '../texts.ts';
import { setAppearance } from '../theme.ts';
import { useSectionGroups } from './use-sections.ts';

const useStyles = makeStyles({
  surface: { padding: tokens.spacingVerticalM, maxWidth: '560px', marginTop: '12vh' },
  body: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  list: { listStyleType: 'none', margin: 0, padding: 0, maxHeight: '50vh', overflowY: 'auto' },
  item: {
    display: 'flex',
    justifyContent: 'space-between',
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderRadius: tokens.borderRadiusMedium,
    cursor: 'pointer',
  },
  chosen: { backgroundColor: tokens.colorNeutralBackground1Selected },
  kind: { color: tokens.colorNeutralForeground2 },
});

interface Command {
  readonly label: string;
  readonly kind: string;
  run(): unknown;
}

function useCommands(): readonly Command[] {
  const navigate = useNavigate();
  const sandbox = useSandbox();
  const refresh = useRefreshAll();
  const { commands, kinds } = texts.palette;
  const change = async (path: string, method: string, body?: unknown): Promise<void> => {
    await control(path, { method, body });
    forgetTokens();
    await refresh();
  };
  const pages = useSectionGroups()
    .flatMap(({ sections }) => sections)
    .map(({ path, label }) => ({ label, kind: kinds.page, run: () => navigate({ to: path }) }));
  const appearances = (['light', 'dark', 'system'] as const).map((name) => ({
    label: `${texts.shell.appearance}: ${texts.shell.appearances[name]}`,
    kind: kinds.setting,
    run: () => setAppearance(name),
  }));
  if (sandbox === null || sandbox === undefined) return [...pages, ...appearances];
  const actions = [
    { label: commands.freeze, run: () => change('/clock', 'PATCH', { mode: 'frozen' }) },
    { label: commands.realTime, run: () => change('/clock', 'PATCH', { mode: 'real' }) },
    { label: commands.clearFaults, run: () => change('/faults', 'DELETE') },
    { label: commands.clearLimits, run: () => change('/limits', 'DELETE') },
    { label: commands.clearJournal, run: () => change('/journal', 'DELETE') },
    { label: commands.reset, run: () => navigate({ to: '/sandbox', search: { tab: 'snapshots' } }) },
  ];
  return [...pages, ...actions.map((action) => ({ ...action, kind: kinds.action })), ...appearances];
}

export default function CommandPalette({ onClose }: { onClose(): void }) {
  const styles = useStyles();
  const [text, setText] = useState('');
  const [index, setIndex] = useState(0);
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = useCommands().filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  const chosen = Math.min(index, found.length - 1);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const run = (command: Command | undefined): void => {
    if (command === undefined) return;
    onClose();
    void command.run();
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setIndex((chosen + step + found.length) % Math.max(found.length, 1));
    else if (event.key === 'Enter') run(found[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface className={styles.surface} aria-label={texts.palette.open}>
        <DialogBody className={styles.body}>
          <Input
            autoFocus
            size="large"
            contentBefore={<SearchRegular />}
            placeholder={texts.palette.placeholder}
            aria-label={texts.palette.placeholder}
            role="combobox"
            aria-expanded
            aria-controls={id}
            aria-activedescendant={`${id}-${chosen}`}
            value={text}
            onChange={(_, { value }) => {
              setText(value);
              setIndex(0);
            }}
            onKeyDown={onKey}
          />
          <ul className={styles.list} role="listbox" id={id} ref={list} aria-label={texts.palette.open}>
            {found.map((command, position) => (
              <li
                key={command.label}
                id={`${id}-${position}`}
                role="option"
                aria-selected={position === chosen}
                className={mergeClasses(styles.item, position === chosen && styles.chosen)}
                onMouseMove={() => setIndex(position)}
                onClick={() => run(command)}
              >
                {command.label}
                <Text size={200} className={styles.kind}>
                  {command.kind}
                </Text>
              </li>
            ))}
          </ul>
          {found.length === 0 && <Text>{texts.palette.none}</Text>}
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
