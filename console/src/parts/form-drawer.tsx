/** A form in a drawer, with the buttons that send it and give it up. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useId } from 'react';
import type { ReactNode, SubmitEvent } from 'react';
import { texts } from '../texts.ts';
import { Drawer } from './details.tsx';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
});

export interface FormDrawerProps {
  readonly title: string;
  /** Whether it makes something, rather than changing what is there. */
  readonly isNew?: boolean;
  /** On the button that sends it, where it does neither. */
  readonly submitLabel?: string;
  readonly sending: { readonly isPending: boolean };
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
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Drawer
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button appearance="primary" type="submit" form={id} disabled={sending.isPending}>
            {submitLabel ?? (isNew ? texts.actions.create : texts.actions.save)}
          </Button>
          <Button onClick={onClose}>{texts.actions.cancel}</Button>
        </>
      }
    >
      <form id={id} className={styles.form} onSubmit={submit} noValidate>
        {children}
      </form>
    </Drawer>
  );
}
