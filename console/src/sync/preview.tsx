/** The requests that would be sent next, with their bodies. */
import { Badge, makeStyles, Subtitle2, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { SyncCall } from '../../../src/library/admin-types.ts';
import { admin } from '../api/server.ts';
import { Code } from '../parts/copy.tsx';
import { Drawer } from '../parts/details.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { syncTexts } from './sync-texts.ts';
import { TARGETS } from './target-action.ts';
import type { TargetActionProps } from './target-action.ts';

const texts = syncTexts.preview;

const REFRESH_MS = 3_000;

const useStyles = makeStyles({
  call: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
});

export function Preview({ name, path, onClose }: TargetActionProps) {
  const { data, error } = useQuery({
    queryKey: [...TARGETS, name, 'preview'],
    queryFn: async () => (await admin<{ readonly value: readonly SyncCall[] }>(`${path}/preview`)).value,
    refetchInterval: REFRESH_MS,
    retry: false,
  });
  return (
    <Drawer title={texts.title(name)} isWide onClose={onClose}>
      <Text>{texts.hint}</Text>
      {error !== null && <Failure problem={error} />}
      {data === undefined ? (
        error === null && <Loading rows={4} />
      ) : data.length === 0 ? (
        <Empty title={texts.none}>{texts.noneHint}</Empty>
      ) : (
        data.map((call) => <Call key={`${call.kind} ${call.id}`} call={call} />)
      )}
    </Drawer>
  );
}

function Call({ call: { kind, id, method, path, body, note } }: { readonly call: SyncCall }) {
  const styles = useStyles();
  const title = texts.request(syncTexts.items.kinds[kind], id);
  return (
    <section className={styles.call}>
      <Subtitle2 as="h3">{title}</Subtitle2>
      {note === null ? (
        <Code
          text={[`${method} ${path}`, ...(body === undefined ? [] : ['', JSON.stringify(body, undefined, 2)])].join(
            '\n',
          )}
          label={title}
          isWrapped
        />
      ) : (
        <div>
          <Badge appearance="tint" color="informative">
            {note}
          </Badge>
        </div>
      )}
    </section>
  );
}
