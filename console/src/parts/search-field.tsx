/** One of many that the server finds by the beginning of a name; an id can be typed as well. */
import { Combobox, Field, Option } from '@fluentui/react-components';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { problemAt } from './form-drawer.tsx';

export interface Choice {
  readonly id: string;
  readonly name: string;
  /** What tells it from others of that name. */
  readonly detail: string;
}

export interface SearchFieldProps {
  readonly label: string;
  readonly hint: string;
  /** What `find` searches in. */
  readonly source: readonly string[];
  find(text: string): Promise<readonly Choice[]>;
  /** An id. */
  readonly value: string;
  readonly problem?: string | undefined;
  onChange(id: string): void;
}

export function SearchField({ label, hint, source, find, value, problem, onChange }: SearchFieldProps) {
  const [text, setText] = useState('');
  // Its name is shown after the search has found others.
  const [picked, setPicked] = useState<Choice>();
  // Without the choices of before, the list would close with each letter.
  const { data = [], error } = useQuery({
    queryKey: ['graph', 'find', ...source, text],
    queryFn: () => find(text),
    placeholderData: keepPreviousData,
  });
  const chosen = picked?.id === value ? picked : data.find(({ id }) => id === value);
  return (
    <Field label={label} required {...problemAt(problem ?? error?.message)}>
      <Combobox
        freeform
        value={chosen?.name ?? (text || value)}
        selectedOptions={[value]}
        placeholder={hint}
        onChange={(event) => {
          setText(event.target.value);
          onChange(event.target.value);
        }}
        onOptionSelect={(_, { optionValue = '' }) => {
          setText('');
          setPicked(data.find(({ id }) => id === optionValue));
          onChange(optionValue);
        }}
      >
        {data.map(({ id, name, detail }) => (
          <Option key={id} value={id} text={name}>
            {`${name} (${detail})`}
          </Option>
        ))}
      </Combobox>
    </Field>
  );
}
