/** A form in a drawer, with buttons to send and to cancel it. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useEffect, useId, useRef } from 'react';
import type { ReactNode, SubmitEvent } from 'react';
import { texts } from '../texts.ts';
import { Drawer } from './details.tsx';
import { Failure } from './states.tsx';

const useStyles = makeStyles({
  form: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    outlineStyle: 'none',
    // The box is in line with those of fields.
    '& .fui-Checkbox': { marginInlineStart: `calc(-1 * ${tokens.spacingHorizontalS})` },
  },
});

const SETTLE_MS = 150;

/** What a field shows of a problem. */
export function problemAt(problem: string | undefined) {
  return { validationMessage: problem ?? null, validationState: problem === undefined ? 'none' : 'error' } as const;
}

export interface FormDrawerProps {
  readonly title: string;
  /** Whether it makes something, rather than changing what is there. */
  readonly isNew?: boolean;
  /** On the button that sends it, where it does neither. */
  readonly submitLabel?: string;
  /** What is wrong with it is shown above the fields, which hold what they held. */
  readonly sending: { readonly isPending: boolean; readonly error: Error | null };
  readonly children: ReactNode;
  onSubmit(): void;
  onClose(): void;
}

export function FormDrawer({
  title,
  isNew = false,
  submitLabel,
  sending,
  children,
  onSubmit,
  onClose,
}: FormDrawerProps) {
  const styles = useStyles();
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (sending.error === null) return;
    // What the refusal is about, once it is marked; the journal may be asked for more of it.
    const timer = setTimeout(() => {
      const place = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? form.current;
      place?.focus({ preventScroll: true });
      place?.scrollIntoView({ block: 'center' });
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [sending.error]);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!sending.isPending) onSubmit();
  };
  return (
    <Drawer
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button appearance="primary" type="submit" form={id} disabledFocusable={sending.isPending}>
            {submitLabel ?? (isNew ? texts.actions.create : texts.actions.save)}
          </Button>
          <Button onClick={onClose}>{texts.actions.cancel}</Button>
        </>
      }
    >
      <form id={id} ref={form} tabIndex={-1} className={styles.form} onSubmit={submit} noValidate>
        {sending.error !== null && <Failure problem={sending.error} />}
        {children}
      </form>
    </Drawer>
  );
}
