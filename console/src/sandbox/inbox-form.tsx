/** What an inbox answers, and the secret that it verifies signatures with. */
import { Button, Field, Input, Text, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import type { SubmitEvent } from 'react';
import type { Inbox } from '../../../src/library/control-types.ts';
import { problemAt } from '../parts/form-drawer.tsx';
import { useFormStyles } from '../parts/form-styles.ts';
import { Panel } from '../parts/panel.tsx';
import { Failure } from '../parts/states.tsx';
import { useFieldProblems } from '../parts/use-explained.ts';
import { inboxTexts as texts } from './inbox-texts.ts';
import { useChange } from './use-change.ts';

type Values = Readonly<Record<'status' | 'delayMs' | 'next' | 'body' | 'secret', string>>;

export function InboxForm({ path, inbox }: { readonly path: string; readonly inbox: Inbox }) {
  const styles = useFormStyles();
  const change = useChange();
  const problemOf = useFieldProblems(change.error);
  // Fields that were not edited follow the inbox, whose replies are used up.
  const [edited, setEdited] = useState<Partial<Values>>({});
  const values: Values = {
    status: String(inbox.reply?.status ?? 204),
    delayMs: String(inbox.reply?.delayMs ?? ''),
    next: String(inbox.reply?.next ?? ''),
    body: inbox.reply?.body ?? '',
    secret: '',
    ...edited,
  };
  const isEdited = Object.keys(edited).length > 0;
  const set =
    (name: keyof Values) =>
    (_: unknown, { value }: { readonly value: string }) =>
      setEdited((before) => ({ ...before, [name]: value }));
  const wrong = (['status', 'delayMs', 'next'] as const).filter((name) => !/^\d*$/.test(values[name].trim()));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (wrong.length > 0 || change.isPending) return;
    const { body } = values;
    const [status, delayMs, next, secret] = [values.status, values.delayMs, values.next, values.secret].map((text) =>
      text.trim(),
    );
    const { secret: _secret, ...editedReply } = edited;
    const reply = {
      status: Number(status || 204),
      // Headers can be set elsewhere only.
      ...(inbox.reply?.headers && { headers: inbox.reply.headers }),
      ...(delayMs !== '' && { delayMs: Number(delayMs) }),
      ...(next !== '' && { next: Number(next) }),
      ...(body !== '' && { body }),
    };
    change.mutate(
      {
        ...{ path, method: 'PATCH' },
        body: { ...(Object.keys(editedReply).length > 0 && { reply }), ...(secret !== '' && { secret }) },
      },
      { onSuccess: () => setEdited({}) },
    );
  };
  const shownAt = (name: 'status' | 'delayMs' | 'next') =>
    problemAt(wrong.includes(name) ? texts.whole : problemOf(`reply.${name}`));
  return (
    <Panel title={texts.settings}>
      <Text>{texts.now(texts.reply(inbox.reply ?? { status: 204 }))}</Text>
      {change.error !== null && <Failure problem={change.error} />}
      <form className={styles.form} onSubmit={submit} noValidate>
        <div className={styles.fields}>
          <Field label={texts.status} {...shownAt('status')}>
            <Input value={values.status} inputMode="numeric" onChange={set('status')} />
          </Field>
          <Field label={texts.next} hint={texts.nextHint} {...shownAt('next')}>
            <Input value={values.next} inputMode="numeric" onChange={set('next')} />
          </Field>
          <Field label={texts.delayMs} {...shownAt('delayMs')}>
            <Input value={values.delayMs} inputMode="numeric" onChange={set('delayMs')} />
          </Field>
        </div>
        <Field label={texts.body} {...problemAt(problemOf('reply.body'))}>
          <Textarea rows={2} resize="vertical" value={values.body} onChange={set('body')} />
        </Field>
        <Field
          label={texts.secret}
          hint={inbox.hasSecret ? texts.secretKept : texts.secretHint}
          {...problemAt(problemOf('secret'))}
        >
          <Input value={values.secret} autoComplete="off" onChange={set('secret')} />
        </Field>
        <div className={styles.line}>
          <Button
            type="submit"
            appearance="primary"
            disabledFocusable={!isEdited || change.isPending || wrong.length > 0}
          >
            {texts.save}
          </Button>
          <Text role="status">{change.isSuccess && !isEdited && texts.saved}</Text>
        </div>
      </form>
    </Panel>
  );
}
